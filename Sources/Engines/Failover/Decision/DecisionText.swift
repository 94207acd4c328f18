import Operations

/// Figures as an operator says them.
enum DecisionText {
  /// `3.1 s`, `40 s`, `12 min`, `2 h`: tenths while they matter.
  static func span(_ duration: Duration) -> String {
    let seconds = max(0, min(duration.inSeconds, 1e9))
    if seconds < 10, seconds != seconds.rounded() {
      let tenths = Int((seconds * 10).rounded())
      return "\(tenths / 10).\(tenths % 10) s"
    }
    if seconds < 120 { return "\(Int(seconds.rounded())) s" }
    if seconds < 7200 { return "\(Int(seconds / 60)) min" }
    return "\(Int(seconds / 3600)) h"
  }

  static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  /// `1 network`, `2 networks`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
