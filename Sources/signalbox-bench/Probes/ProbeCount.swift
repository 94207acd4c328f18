/// What one process did in one round of probing.
struct ProbeCount: Codable {
  var probes: Int
  var failures: Int
  /// Of the process that probed.
  var cpuSeconds: Double
  var peakMegabytes: Double
  /// How late probes, or the requests for them, began.
  var driftP50Milliseconds: Double
  var driftP99Milliseconds: Double
  var driftMaximumMilliseconds: Double

  var microsecondsPerProbe: Double { probes > 0 ? cpuSeconds * 1_000_000 / Double(probes) : 0 }
}
