import Operations

/// How a report writes numbers and verdicts, in every format alike.
enum ReportText {
  static func value(_ value: FigureValue, _ unit: FigureName.Unit) -> String {
    switch value {
    case .measured(let number): self.number(number, unit)
    case .never(let seconds): "never within \(self.number(seconds, .seconds))"
    case .notMeasured: "not measured"
    }
  }

  static func number(_ number: Double, _ unit: FigureName.Unit) -> String {
    switch unit {
    case .count: grouped(Int(number.rounded()))
    case .milliseconds: "\(fixed(number, abs(number) < 10 ? 1 : 0)) ms"
    case .seconds: "\(fixed(number, abs(number) < 10 ? 2 : 1)) s"
    }
  }

  /// A setting, with no more places than it has: `3 s`, `0.5 s`.
  static func setting(_ seconds: Double) -> String {
    seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(fixed(seconds, 1)) s"
  }

  /// With a sign, for a timeline: `+3.2 s`, `−10.0 s`.
  static func offset(_ seconds: Double) -> String {
    let text = fixed(abs(seconds), 1)
    return (seconds < 0 && text != "0.0" ? "−" : "+") + text + " s"
  }

  static func aim(_ aim: DrillAim) -> String {
    let text = aim.figure.unit == .seconds ? setting(aim.limit) : number(aim.limit, aim.figure.unit)
    return "\(aim.limit == 0 ? "0" : "≤ \(text)") (\(aim.judged.rawValue))"
  }

  /// In words, so that nobody needs to see a colour.
  static func judged(_ summary: FigureSummary) -> String {
    guard summary.aim != nil else { return "" }
    return summary.isMet.map { $0 ? "✓ met" : "✗ missed" } ?? "? not judged"
  }

  static func verdict(_ report: DrillReport) -> String {
    let aims = report.figures.filter { $0.aim != nil }
    let met = aims.count { $0.isMet == true }
    let tail = "\(met) of \(aims.count) aims met in \(plural(report.runs.count, "run"))"
    return switch report.verdict {
    case .passed: "✓ PASSED: \(tail)"
    case .failed: "✗ FAILED: \(tail)"
    case .incomplete: "? INCOMPLETE: \(tail); the others could not be judged"
    }
  }

  static func plural(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

  /// Without Foundation's formatters, which differ from place to place.
  static func fixed(_ number: Double, _ places: Int) -> String {
    var scale = 1.0
    for _ in 0..<places { scale *= 10 }
    let scaled = (abs(number) * scale).rounded()
    guard scaled.isFinite, scaled < 1e15 else { return "?" }
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + String(Int(scaled)) }
    let digits = String(Int(scaled) % Int(scale))
    return sign + String(Int(scaled) / Int(scale)) + "." + String(repeating: "0", count: places - digits.count) + digits
  }

  static func grouped(_ number: Int) -> String {
    let digits = String(abs(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (number < 0 ? "-" : "") + text
  }
}
