/// One cloud at one instant.
public struct CloudSnapshot: Sendable, Equatable, Codable {
  public var id: CloudID
  /// Where it runs, as the provider names it: `eu-west-1`.
  public var region: String
  public var verdict: Observation<HealthVerdict>
  public var vantages: [VantageSnapshot] = []
  public var latency: Observation<LatencySummary>?
  public var probeSuccess: Observation<ProbeSuccess>?
  public var targetGroup: Observation<TargetGroupSnapshot>?
  public var database: Observation<DatabaseSnapshot>?
  public var release: Observation<String>?
  /// Set on a secondary.
  public var replication: Observation<ReplicationLag>?
  /// User requests per second through the load balancer, health checks excluded.
  public var requestsPerSecond: Observation<Double>?
  /// Requests per second that one target can serve, from the configuration.
  public var capacityPerTarget: Double?
  public var history = CloudHistory()

  public init(id: CloudID, region: String, verdict: Observation<HealthVerdict>) {
    self.id = id
    self.region = region
    self.verdict = verdict
  }

  /// Requests per second that the healthy targets can serve; nil when targets are unknown or stale, or no capacity
  /// is configured.
  public func capacity(at now: Timestamp) -> Double? {
    guard let targets = targetGroup?.fresh(at: now), let capacityPerTarget else { return nil }
    return Double(targets.healthyCount) * capacityPerTarget
  }
}

/// Samples for sparklines, oldest first, one a second; nil where there was no sample.
public struct CloudHistory: Sendable, Equatable, Codable {
  public var latencyMilliseconds: [Double?] = []
  public var lagSeconds: [Double?] = []
  public var requestsPerSecond: [Double?] = []

  public init() {}
}
