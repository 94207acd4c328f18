import Operations

/// Spans as an operator says them.
enum DurationText {
  /// `4 s`, `3 min`, `2 h`.
  static func of(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    if seconds < 120 { return "\(max(0, seconds)) s" }
    if seconds < 7200 { return "\(seconds / 60) min" }
    return "\(seconds / 3600) h"
  }
}
