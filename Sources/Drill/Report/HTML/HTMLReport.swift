/// A report as one HTML file that needs nothing else: no script, no font and no picture from elsewhere.
public struct HTMLReport: Sendable {
  let report: DrillReport

  public init(_ report: DrillReport) { self.report = report }

  public var text: String {
    let content = ReportContent(report: report)
    let title = Markup.escaped(content.title)
    var lines = [
      "<!DOCTYPE html>", "<html lang=\"en\">", "<head>", "<meta charset=\"utf-8\">",
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">",
      "<meta name=\"color-scheme\" content=\"light dark\">", "<title>\(title)</title>",
      "<style>\n\(ReportStyle.text)\n</style>", "</head>", "<body>", "<main>", "<h1>\(title)</h1>",
      "<p class=\"verdict \(report.verdict.rawValue)\">\(Markup.escaped(ReportText.verdict(report)))</p>", "<dl>",
    ]
    lines += content.ground.map { "<dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.text))</dd>" }
    lines += ["</dl>", "<h2>Figures</h2>"] + table(content.figures)
    lines += comparison(content) + everyRun(content)
    if let run = report.shown { lines += shown(run, content) }
    lines += missing + methods(content)
    return (lines + ["</main>", "</body>", "</html>"]).joined(separator: "\n") + "\n"
  }

  private func comparison(_ content: ReportContent) -> [String] {
    guard !content.comparison.rows.isEmpty else { return [] }
    return ["<h2>Beside others</h2>"] + table(content.comparison)
      + ["<p class=\"note\">\(Markup.escaped(ReportContent.comparisonNote))</p>"]
  }

  private func everyRun(_ content: ReportContent) -> [String] {
    guard report.runs.count > 1 else { return [] }
    let charts = report.figures.filter { $0.aim != nil && $0.unit == .seconds }.flatMap { summary in
      figure(
        RunsChart(summary: summary, values: report.runs.map { $0.value(summary.name) ?? .notMeasured("") }).svg,
        RunsChart(summary: summary, values: report.runs.map { $0.value(summary.name) ?? .notMeasured("") }).caption)
    }
    return ["<h2>Every run</h2>"] + charts + table(content.runs)
  }

  private func shown(_ run: DrillReport.Run, _ content: ReportContent) -> [String] {
    let which = report.runs.count > 1 ? " of run \(run.number), the one in which users waited longest" : ""
    var lines = ["<h2>Course\(which)</h2>"]
    lines += RunCharts(run: run, clouds: report.clouds).all.flatMap { figure($0.svg, $0.caption) }
    lines += ["<h2>Timeline</h2>"] + table(content.timeline(run))
    if !run.failuresByReason.isEmpty { lines += ["<h2>Failed requests</h2>"] + table(content.failures(run)) }
    let rows = content.rows(run)
    if !rows.isEmpty { lines += ["<h2>Rows</h2>"] + list(rows) }
    if let sides = content.sides(run) { lines += ["<h2>Both databases in the end</h2>"] + table(sides) }
    return lines
  }

  private var missing: [String] {
    let missing = report.notMeasured + report.troubles
    return ["<h2>What was not measured</h2>"]
      + (missing.isEmpty ? ["<p>Everything that this drill measures was measured.</p>"] : list(missing))
  }

  private func methods(_ content: ReportContent) -> [String] {
    ["<h2>How it is measured</h2>", "<dl>"]
      + content.methods.map { "<dt>\(Markup.escaped($0.name))</dt><dd>\(Markup.escaped($0.text)).</dd>" } + ["</dl>"]
  }

  private func list(_ items: [String]) -> [String] {
    ["<ul>"] + items.map { "<li>\(Markup.escaped($0))</li>" } + ["</ul>"]
  }

  private func figure(_ svg: String, _ caption: String) -> [String] {
    ["<figure>", svg, "<figcaption>\(Markup.escaped(caption))</figcaption>", "</figure>"]
  }

  private func table(_ table: ReportContent.Table) -> [String] {
    func line(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.enumerated().map { column, cell in
          var classes = table.numeric.contains(column) ? ["n"] : []
          if cell.hasPrefix("✓") { classes.append("met") }
          if cell.hasPrefix("✗") { classes.append("missed") }
          let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
          return "<\(tag)\(attribute)>\(Markup.escaped(cell))</\(tag)>"
        }.joined() + "</tr>"
    }
    return ["<div class=\"wide\">", "<table>", "<thead>" + line(table.head, "th") + "</thead>", "<tbody>"]
      + table.rows.map { line($0, "td") } + ["</tbody>", "</table>", "</div>"]
  }
}
