/// What probing knows of one cloud.
public struct CloudHealthView: Sendable, Equatable {
  public var verdict: Observation<HealthVerdict>
  public var vantages: [VantageSnapshot]
  public var latency: Observation<LatencySummary>?
  public var probeSuccess: Observation<ProbeSuccess>?
  /// One sample a second, oldest first.
  public var latencyHistory: [Double?]

  public init(
    verdict: Observation<HealthVerdict>, vantages: [VantageSnapshot] = [],
    latency: Observation<LatencySummary>? = nil, probeSuccess: Observation<ProbeSuccess>? = nil,
    latencyHistory: [Double?] = []
  ) {
    self.verdict = verdict
    self.vantages = vantages
    self.latency = latency
    self.probeSuccess = probeSuccess
    self.latencyHistory = latencyHistory
  }
}

/// Judges the clouds' health by probes, and by what else is seen of them.
public protocol HealthSource: Sendable {
  /// Probes until cancelled.
  func run() async

  func view(of cloud: CloudID) async -> CloudHealthView?

  /// Fires when something has turned that decisions go by: a cloud's health, or what a vantage makes of it or of its
  /// database. Turns that nobody has looked at yet are one.
  func turns() async -> AsyncStream<Void>

  /// Told what a load balancer says, so that targets that fail count towards `degraded`.
  func observed(_ targets: TargetGroupSnapshot, of cloud: CloudID, at now: Timestamp) async
}
