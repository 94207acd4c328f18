/// What one soak did.
struct SoakCount: Codable {
  var frames: Int
  var keys: Int
  var plans: Int
  var executions: Int
  /// Frames whose size was not the screen's.
  var wrongSizes: Int
  var seconds: Double
  /// Resident after each simulated hour.
  var residentMegabytes: [Double]
}
