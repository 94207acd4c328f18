/// What a program costs while nobody touches it.
struct IdleCost {
  /// Of one core.
  var cpuPercent: Double
  /// Written to the terminal.
  var bytesPerSecond: Double
}
