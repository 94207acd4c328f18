/// The colours of a report: blue is good and red is bad, which nobody sees alike. Nothing is told by colour alone: lines
/// differ in their dashes, verdicts in their words.
struct ReportPalette: Sendable {
  var paper: String
  var ink: String
  /// Lesser text.
  var faint: String
  var rule: String
  /// One for each cloud, in order, then from the beginning.
  var clouds: [String]
  var bad: String
  var good: String

  static let light = ReportPalette(
    paper: "#ffffff", ink: "#1b1f24", faint: "#57606a", rule: "#d0d7de", clouds: ["#0072b2", "#b86200", "#00735c"],
    bad: "#a8003c", good: "#0b5cad")
  static let dark = ReportPalette(
    paper: "#14181d", ink: "#e6edf3", faint: "#9aa5b1", rule: "#373e47", clouds: ["#56b4e9", "#f0b429", "#3cc9a3"],
    bad: "#f2547d", good: "#7cc7f2")

  /// As CSS variables.
  var variables: String {
    let named = [("paper", paper), ("ink", ink), ("faint", faint), ("rule", rule), ("bad", bad), ("good", good)]
    let all = named + clouds.enumerated().map { ("c\($0.offset)", $0.element) }
    return all.map { "--\($0.0):\($0.1)" }.joined(separator: ";")
  }
}
