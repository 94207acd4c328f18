public import Operations

/// What a host's snapshot said, as far as a drill measures by it, and when it arrived here.
public struct HostSight: Sendable, Equatable {
  public struct Cloud: Sendable, Equatable {
    public var id: CloudID
    public var health: Health
    /// Nil when it is not known.
    public var healthyTargets: Int?
  }

  /// Since the run began, by the drill's clock.
  public var atSeconds: Double
  public var clouds: [Cloud]
  public var primary: CloudID?
  public var weights: Weights?
  /// Whether the weights were read at the provider lately.
  public var weightsAreFresh: Bool
  /// When they were read, by the host's clock.
  public var weightsAt: Timestamp?
  public var policy: Automation
  public var state: FailoverSnapshot.State?
  public var subject: CloudID?
  /// What the engine would ask for, or has asked for.
  public var request: FailoverRequest?
  public var operations: [OperationSnapshot]

  public init(
    atSeconds: Double, clouds: [Cloud], primary: CloudID?, weights: Weights?, weightsAreFresh: Bool,
    policy: Automation, state: FailoverSnapshot.State?, subject: CloudID?, request: FailoverRequest?,
    operations: [OperationSnapshot], weightsAt: Timestamp? = nil
  ) {
    self.atSeconds = atSeconds
    self.clouds = clouds
    self.primary = primary
    self.weights = weights
    self.weightsAreFresh = weightsAreFresh
    self.policy = policy
    self.state = state
    self.subject = subject
    self.request = request
    self.operations = operations
    self.weightsAt = weightsAt
  }

  public init(_ snapshot: Snapshot, atSeconds: Double) {
    let now = snapshot.generatedAt
    self.init(
      atSeconds: atSeconds,
      clouds: snapshot.clouds.map { cloud in
        Cloud(
          id: cloud.id, health: cloud.verdict.value.health,
          healthyTargets: cloud.targetGroup?.fresh(at: now)?.healthyCount)
      },
      primary: snapshot.primary, weights: snapshot.recordSet.configured?.value,
      weightsAreFresh: snapshot.recordSet.configured?.isStale(at: now) == false,
      policy: snapshot.failover?.policy ?? snapshot.automation, state: snapshot.failover?.state,
      subject: snapshot.failover?.subject, request: snapshot.failover?.request, operations: snapshot.operations,
      weightsAt: snapshot.recordSet.configured?.observedAt)
  }

  public func cloud(_ id: CloudID) -> Cloud? { clouds.first { $0.id == id } }

  public var runningOperation: OperationSnapshot? { operations.first { !$0.state.isFinal && !$0.onlyWatches } }

  /// Whether it says the same as another, whenever that was.
  func says(theSameAs other: HostSight) -> Bool {
    var copy = other
    copy.atSeconds = atSeconds
    return copy == self
  }
}
