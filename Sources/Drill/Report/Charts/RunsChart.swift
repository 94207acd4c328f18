/// One figure of every run beside its aim: a dot for each run.
struct RunsChart {
  let summary: FigureSummary
  /// In the order of the runs.
  let values: [FigureValue]

  var svg: String {
    let numbers = values.compactMap(\.number)
    let limit = summary.aim?.limit ?? 0
    let top = max(numbers.max() ?? 1, limit, 0.001) * 1.1
    var plot = Plot(xRange: 0...top, yRange: 0...0, label: "\(summary.name.title) in every run")
    plot.height = 92
    var body: [String] = []
    if summary.aim != nil {
      body += [plot.line(from: (plot.x(limit), 24), to: (plot.x(limit), 58), "aim")]
      body += [plot.text("aim", at: (plot.x(limit), 18), "middle", "faint")]
    }
    body += numbers.enumerated().map { index, number in
      // Dots of the same place are shifted a little, so that none hides another.
      let y = 44 + Double(index % 5 - 2) * 4
      return "<circle class=\"dot\" cx=\"\(Markup.number(plot.x(number)))\" cy=\"\(Markup.number(y))\" r=\"4\"/>"
    }
    return plot.svg(body) { _ in "" }
  }

  var caption: String {
    let never = values.count { if case .never = $0 { true } else { false } }
    return "\(summary.name.title), \(ReportText.plural(values.count, "run"))"
      + (never == 0 ? "" : "; in \(never) of them it never came")
  }
}
