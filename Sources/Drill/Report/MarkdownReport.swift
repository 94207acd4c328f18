/// A report in Markdown, for a repository or a ticket.
public struct MarkdownReport: Sendable {
  let report: DrillReport

  public init(_ report: DrillReport) { self.report = report }

  public var text: String {
    let content = ReportContent(report: report)
    var lines = ["# \(content.title)", "", "**\(ReportText.verdict(report))**", ""]
    lines += content.ground.map { "- **\($0.name)**: \(Self.escaped($0.text))" }
    lines += ["", "## Figures", ""] + table(content.figures)
    if !content.comparison.rows.isEmpty {
      lines += ["", "## Beside others", ""] + table(content.comparison) + ["", ReportContent.comparisonNote]
    }
    if report.runs.count > 1 { lines += ["", "## Every run", ""] + table(content.runs) }
    if let run = report.shown { lines += self.lines(run, content) }
    lines += ["", "## What was not measured", ""]
    let missing = report.notMeasured + report.troubles
    lines +=
      missing.isEmpty ? ["Everything that this drill measures was measured."] : missing.map { "- \(Self.escaped($0))" }
    lines += ["", "## How it is measured", ""]
    lines += content.methods.map { "- **\($0.name)**: \($0.text)." }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(_ run: DrillReport.Run, _ content: ReportContent) -> [String] {
    let which = report.runs.count > 1 ? " of run \(run.number), the one in which users waited longest" : ""
    var lines = ["", "## Timeline\(which)", ""] + table(content.timeline(run))
    if !run.failuresByReason.isEmpty { lines += ["", "## Failed requests", ""] + table(content.failures(run)) }
    let rows = content.rows(run)
    if !rows.isEmpty { lines += ["", "## Rows", ""] + rows.map { "- \($0)" } }
    if let sides = content.sides(run) { lines += ["", "## Both databases in the end", ""] + table(sides) }
    return lines
  }

  private func table(_ table: ReportContent.Table) -> [String] {
    func line(_ cells: [String]) -> String { "| " + cells.map(Self.escaped).joined(separator: " | ") + " |" }
    let rule = table.head.indices.map { table.numeric.contains($0) ? "---:" : "---" }
    return [line(table.head), "| " + rule.joined(separator: " | ") + " |"] + table.rows.map(line)
  }

  /// Text from outside must not become markup, nor leave its cell.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "|", "<", "[", "]", "*", "_", "`", "\\": result += "\\\(character)"
      case _ where character.isNewline: result += " "
      default: result.append(character)
      }
    }
    return result
  }
}
