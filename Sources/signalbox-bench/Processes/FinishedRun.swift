/// A program that has run to its end.
struct FinishedRun {
  /// What it wrote to its standard output.
  var output: String
  var seconds: Double
  /// User and system time of its whole life.
  var cpuSeconds: Double
}
