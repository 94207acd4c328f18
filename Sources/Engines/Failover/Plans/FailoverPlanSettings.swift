public import Operations

/// What the plans of failover and their interlocks go by.
public struct FailoverPlanSettings: Sendable {
  /// How an old primary is kept from taking writes.
  public var fencing: FailoverPolicy.Fencing = .proof
  /// Waited beyond the end of an old primary's lease: what the clocks may differ by, and something on top.
  public var leaseMargin: Duration = .seconds(1)
  /// The most that a failover may lose, in time and thus in writes.
  public var rpo: Duration = .seconds(30)
  /// Share of a cloud's capacity that must stay free, 0 to 1.
  public var headroom: Double
  /// Least time between two changes of the weights.
  public var minimumInterval: Duration
  /// Least time between two moves of the right to write.
  public var roleInterval: Duration = .seconds(30)
  /// So many vantages on so many networks must find a cloud well before anything is moved to it.
  public var quorumVantages = 1
  public var quorumNetworks = 1
  /// A cloud with less than this share of the requests is drained, 0 to 1.
  public var residualShare = 0.01
  /// How long the clouds that gain traffic must stay well between two stages of a shift.
  public var gate: Duration = .seconds(10)
  /// How long an unplanned failover lets replication bring what it still can, where the old primary can be reached.
  public var catchUp: Duration = .seconds(5)
  /// A comparison of both sides' rows older than this says nothing about now.
  public var verifyValidity: Duration = .seconds(86_400)
  /// The most stages that a shift is made in.
  public var stageLimit = 20
  /// The rate that a copy is given in a prediction while none has been measured, in bytes a second.
  public var copyAllowance: Double = 20_000_000

  public init(headroom: Double, minimumInterval: Duration) {
    self.headroom = headroom
    self.minimumInterval = minimumInterval
  }

  /// Takes over from the policy what both go by, so that a plan never waits for less than the ledger counts on.
  public init(policy: FailoverPolicy, headroom: Double, minimumInterval: Duration) {
    self.init(headroom: headroom, minimumInterval: minimumInterval)
    fencing = policy.fencing
    leaseMargin = policy.leaseMargin
    rpo = policy.rpo
    quorumVantages = policy.quorumVantages
    quorumNetworks = policy.quorumNetworks
  }

  /// Every rule of these levers, the most telling first.
  public var interlocks: [any Interlock] {
    [
      JournalWritable(), LeaseHeld(), NoOtherOperation(), GenerationCurrent(), AutomationPaused(), RecordSetNotEmpty(),
      TargetHealthy(vantages: quorumVantages, networks: quorumNetworks), OldPrimaryFenced(), ReplicationStreams(),
      LossMeasured(), LossWithinRPO(rpo: rpo), NoDivergence(validity: verifyValidity),
      CapacitySuffices(headroom: headroom),
      FailoverNotTooSoon(minimumInterval: minimumInterval, roleInterval: roleInterval),
    ]
  }
}
