/// The charts of one run: shares, service, latency, failures and steps over time.
struct RunCharts {
  struct Chart {
    var svg: String
    var caption: String
  }

  let run: DrillReport.Run
  let clouds: [String]

  var all: [Chart] {
    (run.seconds.isEmpty ? [] : [shares, served, latency, failures]) + (shownSteps.isEmpty ? [] : [steps])
  }

  private var xRange: ClosedRange<Double> {
    let first = run.seconds.first?.atSeconds ?? 0
    return first...max(first + 1, (run.seconds.last?.atSeconds ?? 0) + 1)
  }

  private func plot(_ yRange: ClosedRange<Double>, _ label: String) -> Plot {
    Plot(xRange: xRange, yRange: yRange, label: label)
  }

  private func marks(_ plot: Plot) -> [String] {
    plot.mark(0, zeroWord) + (run.healedSeconds.map { plot.mark($0, "healed") } ?? [])
  }

  /// What happened at 0.
  private var zeroWord: String {
    run.timeline.contains { $0.kind == .fault && abs($0.atSeconds) < 0.5 } ? "fault" : "lever"
  }

  /// A point is in the middle of its second.
  private func points(_ value: (SecondSample) -> Double?) -> [(x: Double, y: Double?)] {
    run.seconds.map { ($0.atSeconds + 0.5, value($0)) }
  }

  /// Which line is whose, in its own dashes.
  private func legend(_ plot: Plot, _ entries: [(name: String, style: String)]) -> [String] {
    var x = Plot.width - 16
    return entries.reversed().flatMap { entry -> [String] in
      x -= Double(entry.name.count) * 6 + 8
      let word = plot.text(entry.name, at: (x, 12))
      x -= 30
      let sample = plot.line(from: (x, 8), to: (x + 26, 8), "line \(entry.style)")
      x -= 12
      return [sample, word]
    }
  }

  /// The first cloud's line is whole, the second's is dashed, the third's dotted.
  private static func style(_ index: Int) -> String {
    let dashes = ["", " dash", " dots"]
    return "c\(index % dashes.count)\(dashes[index % dashes.count])"
  }

  private var shares: Chart {
    let plot = plot(0...1, "Share of requests by cloud over time")
    let lines = clouds.enumerated().map { index, cloud in plot.path(points { $0.share(of: cloud) }, Self.style(index)) }
    let key = legend(plot, clouds.enumerated().map { ($0.element, Self.style($0.offset)) })
    return Chart(
      svg: plot.svg(marks(plot) + lines + key) { Self.percent($0) },
      caption: "Share of the users' requests by cloud, each second. The fault, or the pull of the lever, is at 0.")
  }

  private var served: Chart {
    let plot = plot(0...1, "Share of users served over time")
    let line = plot.path(points(\.servedShare), "ink")
    let aim = plot.line(
      from: (plot.x(xRange.lowerBound), plot.y(0.99)), to: (plot.x(xRange.upperBound), plot.y(0.99)), "aim")
    return Chart(
      svg: plot.svg(marks(plot) + [aim, line] + legend(plot, [("served", "ink"), ("99 %", "aim")])) {
        Self.percent($0)
      },
      caption: "The fewest users that were served at once in each second.")
  }

  private var latency: Chart {
    let top = run.seconds.compactMap(\.p99Milliseconds).max() ?? 1
    let plot = plot(0...max(top * 1.05, 1), "Latency over time")
    let lines = [
      plot.path(points(\.p99Milliseconds), "ink thin dash"), plot.path(points(\.p50Milliseconds), "ink"),
    ]
    return Chart(
      svg: plot.svg(marks(plot) + lines + legend(plot, [("p50", "ink"), ("p99", "ink thin dash")])) {
        "\(Markup.number($0)) ms"
      },
      caption: "How long the answers of each second had taken. What was not answered is among the failures.")
  }

  private var failures: Chart {
    let top = Double(run.seconds.map(\.failed).max() ?? 0)
    let plot = plot(0...max(top, 1), "Failed requests over time")
    let width = max(1, plot.x(1) - plot.x(0) - 0.5)
    let bars = run.seconds.filter { $0.failed > 0 }.map { second in
      let y = plot.y(Double(second.failed))
      return "<rect class=\"bar\" x=\"\(Markup.number(plot.x(second.atSeconds)))\" y=\"\(Markup.number(y))\" "
        + "width=\"\(Markup.number(width))\" height=\"\(Markup.number(plot.y(0) - y))\"/>"
    }
    return Chart(
      svg: plot.svg(marks(plot) + bars) { ReportText.grouped(Int($0)) }, caption: "Requests that failed in each second."
    )
  }

  /// Those of the putting back are in the timeline; here they would make the others too small to see.
  private var shownSteps: [Timeline.Step] {
    run.steps.filter { $0.fromSeconds < run.healedSeconds ?? .infinity }
  }

  private var steps: Chart {
    let row = 24.0
    let last = shownSteps.map(\.toSeconds).max() ?? 1
    let first = min(0, shownSteps.map(\.fromSeconds).min() ?? 0)
    var plot = Plot(xRange: first...max(last, first + 1), yRange: 0...0, label: "Steps of the plans over time")
    plot.height = 76 + row * Double(shownSteps.count)
    let bars = shownSteps.enumerated().flatMap { index, step in bar(step, y: 42 + row * Double(index), plot) }
    return Chart(
      svg: plot.svg(plot.mark(0, zeroWord) + bars) { _ in "" },
      caption: "Steps of the host's plans, at its own clock; one that did not succeed is drawn hollow.")
  }

  private func bar(_ step: Timeline.Step, y: Double, _ plot: Plot) -> [String] {
    let (from, to) = (plot.x(step.fromSeconds), plot.x(step.toSeconds))
    let words = "\(step.title) · \(ReportText.number(step.toSeconds - step.fromSeconds, .seconds))"
    let place = "x=\"\(Markup.number(from))\" y=\"\(Markup.number(y))\""
    let size = "width=\"\(Markup.number(max(2, to - from)))\" height=\"13\" rx=\"2\""
    // The words stand where there is more room.
    let isLeft = from > Plot.width / 2
    let text =
      isLeft ? plot.text(words, at: (from - 6, y + 11), "end") : plot.text(words, at: (max(to, from + 2) + 6, y + 11))
    return ["<rect class=\"\(step.isDone ? "step" : "undone")\" \(place) \(size)/>", text]
  }

  private static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
