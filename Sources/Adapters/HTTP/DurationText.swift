import Operations

/// Durations as people write them.
enum DurationText {
  /// `800 ms`, `5 s`, `1.5 s`.
  static func of(_ duration: Duration) -> String {
    let milliseconds = duration.wholeMicroseconds / 1000
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    if milliseconds % 1000 == 0 { return "\(milliseconds / 1000) s" }
    return "\(Double(milliseconds / 100) / 10) s"
  }
}
