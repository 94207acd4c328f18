/// A report's figures for a terminal.
public struct TerminalReport: Sendable {
  let report: DrillReport

  public init(_ report: DrillReport) { self.report = report }

  public var text: String {
    let table = ReportContent(report: report).figures
    let lines = [table.head] + table.rows
    let widths = table.head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    let body = lines.map { line in
      var text = " "
      for (column, cell) in line.enumerated() {
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        text += " " + (table.numeric.contains(column) ? padding + cell : cell + padding)
      }
      while text.last == " " { text.removeLast() }
      return text
    }
    let missing = report.notMeasured.map { "  not measured: \($0)" } + report.troubles.map { "  trouble: \($0)" }
    return ([ReportText.verdict(report)] + body + missing).joined(separator: "\n")
  }
}
