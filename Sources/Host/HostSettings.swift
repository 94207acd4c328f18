public import FailoverEngine
public import Operations
public import ReplicationEngine

/// What a host goes by, besides its parts.
public struct HostSettings: Sendable {
  public var service: String
  public var recordSetName: String
  public var ttl: Duration
  public var automation: Automation
  public var weights: WeightsSettings
  public var sync = SyncSettings()
  /// How failover is decided and planned; nil where none is configured.
  public var failover: (policy: FailoverPolicy, plans: FailoverPlanSettings)?
  /// `kit@ops1 pid 4242`.
  public var holder: String
  /// How often each part of the world is observed.
  public var observationInterval: Duration = .seconds(1)
  /// How often the provider of the DNS is read: its API is rate-limited in real life (Route 53: 5 requests a second
  /// for an account).
  public var recordSetInterval: Duration = .seconds(2)

  public init(
    service: String, recordSetName: String, ttl: Duration, automation: Automation, weights: WeightsSettings,
    holder: String
  ) {
    self.service = service
    self.recordSetName = recordSetName
    self.ttl = ttl
    self.automation = automation
    self.weights = weights
    self.holder = holder
  }
}
