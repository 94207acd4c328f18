import FoundationEssentials

/// All that was measured, and on what.
struct Report: Codable {
  var date: Date
  var machine: Machine
  var sections: [Section]

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  var text: String {
    var lines = ["\(date.formatted(.iso8601)) · \(machine.text)"]
    for section in sections { lines += [""] + SectionText(section).lines }
    let missed = sections.flatMap(\.figures).filter { $0.met == false }
    lines += ["", missed.isEmpty ? "every aim was met" : "missed: " + missed.map(\.name).joined(separator: "; ")]
    return lines.joined(separator: "\n")
  }
}
