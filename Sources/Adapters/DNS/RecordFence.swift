import Operations

/// The TXT record beside a weighted record set that carries the generation it was written under:
/// `v=1 generation=118 weights=aws:50,azure:50 writer=9f3c…`.
struct RecordFence: Equatable {
  var generation: Generation
  var weights: Weights
  /// Tells two writers of one generation apart.
  var writer: String

  var text: String {
    let list = weights.entries.map { "\($0.cloud):\($0.weight)" }.joined(separator: ",")
    return "\"v=1 generation=\(generation) weights=\(list) writer=\(writer)\""
  }

  init(generation: Generation, weights: Weights, writer: String) {
    self.generation = generation
    self.weights = weights
    self.writer = writer
  }

  /// Nil when the text is not one that ``text`` writes.
  init?(_ content: String) {
    let bare = content.drop { $0 == "\"" }.prefix { $0 != "\"" }
    var fields: [Substring: Substring] = [:]
    for word in bare.split(separator: " ") {
      guard let mark = word.firstIndex(of: "=") else { return nil }
      fields[word[..<mark]] = word[word.index(after: mark)...]
    }
    guard fields["v"] == "1", let generation = fields["generation"].flatMap({ UInt64($0) }),
      let writer = fields["writer"], let list = fields["weights"]
    else { return nil }
    var entries: [Weights.Entry] = []
    for pair in list.split(separator: ",") {
      guard let mark = pair.lastIndex(of: ":"), let weight = Int(pair[pair.index(after: mark)...]) else { return nil }
      entries.append(Weights.Entry(cloud: CloudID(String(pair[..<mark])), weight: weight))
    }
    self.init(generation: Generation(generation), weights: Weights(entries), writer: String(writer))
  }
}
