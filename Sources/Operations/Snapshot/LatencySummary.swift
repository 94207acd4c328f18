/// Latency of successful probes over a sliding window.
public struct LatencySummary: Sendable, Equatable, Codable {
  public var p50Milliseconds: Double
  public var p99Milliseconds: Double
  public var count: Int

  public init(p50Milliseconds: Double, p99Milliseconds: Double, count: Int) {
    self.p50Milliseconds = p50Milliseconds
    self.p99Milliseconds = p99Milliseconds
    self.count = count
  }
}

/// How many probes of a sliding window succeeded.
public struct ProbeSuccess: Sendable, Equatable, Codable {
  public var succeeded: Int
  public var total: Int

  public init(succeeded: Int, total: Int) {
    self.succeeded = succeeded
    self.total = total
  }
}
