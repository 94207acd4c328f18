import FoundationEssentials

/// What a link's host tells of its work.
enum HostNews: Codable, Equatable, Sendable {
  case note(String)
  /// The link begins to stream.
  case streams
  case failure(String)
  /// With no reason: taken in again.
  case parked(table: String, reason: String?)

  private static let sign = "@link "

  /// As one line, for another process.
  var line: String {
    let json = (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) }
    return Self.sign + (json ?? "") + "\n"
  }

  init?(line: some StringProtocol) {
    guard line.hasPrefix(Self.sign),
      let news = try? JSONDecoder().decode(HostNews.self, from: Data(line.dropFirst(Self.sign.count).utf8))
    else { return nil }
    self = news
  }
}

extension Timeline {
  static let streams = "streams begun"

  func took(_ news: HostNews, from name: String) {
    switch news {
    case .note(let text), .failure(let text): note("\(name): \(text)")
    case .streams:
      count(Self.streams)
      note("\(name): stream")
    case .parked(let table, let reason):
      note("\(name): \(table) \(reason.map { "parked: \($0)" } ?? "taken in again")")
    }
  }
}
