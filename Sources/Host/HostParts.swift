public import Operations

/// Everything outside the host that it drives or watches, behind ports: real adapters, or a simulation.
public struct HostParts: Sendable {
  public var journal: any JournalPort
  public var lease: any LeasePort
  public var recordSet: any RecordSetProvider
  public var sampler: any AnswerSampler
  public var health: any HealthSource
  public var clouds: [CloudParts]
  /// Nil where no link is configured.
  public var replication: (any ReplicationLinks & StepPerformer)?
  /// The right of each cloud's database to take writes; empty where no failover is configured.
  public var roles: [CloudID: any RoleControl] = [:]
  /// Nil where no old primary can be taken in again.
  public var divergence: (any DivergencePort)?
  public var wallClock: any WallClock
  public var clock: any Clock<Duration>

  public struct CloudParts: Sendable {
    public var id: CloudID
    public var region: String
    public var capacityPerTarget: Double?
    public var balancer: (any LoadBalancerObserver)?
    public var database: (any DatabaseObserver)?
    public var heartbeat: (any HeartbeatWriter)?
    public var release: (any ReleaseObserver)?

    public init(
      id: CloudID, region: String, capacityPerTarget: Double? = nil, balancer: (any LoadBalancerObserver)? = nil,
      database: (any DatabaseObserver)? = nil, heartbeat: (any HeartbeatWriter)? = nil,
      release: (any ReleaseObserver)? = nil
    ) {
      self.id = id
      self.region = region
      self.capacityPerTarget = capacityPerTarget
      self.balancer = balancer
      self.database = database
      self.heartbeat = heartbeat
      self.release = release
    }
  }

  public init(
    journal: any JournalPort, lease: any LeasePort, recordSet: any RecordSetProvider, sampler: any AnswerSampler,
    health: any HealthSource, clouds: [CloudParts], wallClock: any WallClock, clock: any Clock<Duration>,
    replication: (any ReplicationLinks & StepPerformer)? = nil
  ) {
    self.journal = journal
    self.lease = lease
    self.recordSet = recordSet
    self.sampler = sampler
    self.health = health
    self.clouds = clouds
    self.wallClock = wallClock
    self.clock = clock
    self.replication = replication
  }
}
