/// One workload instance behind a cloud's load balancer.
public struct Target: Sendable, Equatable, Codable {
  public enum State: String, Sendable, Codable { case initial, healthy, unhealthy, draining, unavailable }

  public var id: String
  public var address: String
  public var state: State
  /// The load balancer's reason, empty while healthy: `L7STS 503`.
  public var reason: String

  public init(id: String, address: String, state: State, reason: String = "") {
    self.id = id
    self.address = address
    self.state = state
    self.reason = reason
  }
}

/// A cloud's load balancer as it sees its targets and its traffic.
public struct TargetGroupSnapshot: Sendable, Equatable, Codable {
  public var targets: [Target]
  /// Requests served for users since the load balancer started, health checks excluded; nil where it does not count.
  public var requestsTotal: UInt64?

  public init(targets: [Target], requestsTotal: UInt64? = nil) {
    self.targets = targets
    self.requestsTotal = requestsTotal
  }

  public var healthyCount: Int { targets.count { $0.state == .healthy } }
}
