/// A section as a table for a terminal.
struct SectionText {
  private static let head = ["", "ours", "peer", "ratio", "aim", ""]
  let section: Section

  init(_ section: Section) { self.section = section }

  var lines: [String] {
    let rows = [Self.head] + section.figures.map(Self.row)
    let widths = Self.head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let table = rows.map { row in
      var line = "  "
      for (column, cell) in row.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 || column > 3 ? cell + padding + "  " : padding + cell + "  "
      }
      while line.last == " " { line.removeLast() }
      return line
    }
    let peer = section.peer.map { ["  peer: \($0)"] } ?? []
    return ["\(section.name): \(section.method)"] + peer + table + section.notes.map { "  note: \($0)" }
  }

  private static func row(_ figure: Figure) -> [String] {
    [
      figure.unit.isEmpty ? figure.name : "\(figure.name), \(figure.unit)",
      figure.ours.map(text) ?? "—", figure.peer.map(text) ?? "", figure.ratio.map(text) ?? "", figure.aim ?? "",
      figure.met.map { $0 ? "met" : "MISSED" } ?? "",
    ]
  }

  private static func text(_ sample: Sample) -> String {
    let median = NumberText.of(sample.median)
    guard sample.count > 1 else { return median }
    return "\(median) (\(NumberText.of(sample.minimum))–\(NumberText.of(sample.maximum)))"
  }
}
