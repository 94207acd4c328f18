public import Operations

/// What the failover engine goes by when it decides. The defaults are those of the documentation; with them nothing is
/// done without a person.
public struct FailoverPolicy: Sendable, Equatable {
  /// How an old primary that may still be alive is kept from taking writes.
  public enum Fencing: String, Sendable, Codable, CaseIterable {
    /// By a write that it refuses: it must be reachable.
    case proof
    /// Also by waiting until its right to write has ended by its own clock.
    case lease
  }

  /// `manual`: nothing is proposed. `advise`: a person confirms what is proposed. `automatic`: it acts, where every
  /// condition of the ledger is met.
  public var automation: Automation = .manual
  /// So many vantages must say that a cloud is down.
  public var quorumVantages = 2
  /// And stand on so many networks. For `automatic` two is the least, whatever is set.
  public var quorumNetworks = 2
  /// How long a cloud must be down beyond the thresholds of probing. Spans in which it is unknown do not count.
  public var confirmation: Duration = .zero
  /// The same for single clouds.
  public var confirmations: [CloudID: Duration] = [:]
  /// How long a cloud must be something else than down until its confirmation begins anew, and how long it must be up
  /// until a countdown that was stopped may begin again.
  public var recovery: Duration = .seconds(10)
  /// A cloud whose verdict went from up to down or back more often than this within `flapWindow` is left to a person.
  /// Four is two outages: the third in ten minutes is left alone.
  public var flapLimit = 4
  public var flapWindow: Duration = .seconds(600)
  /// After an automatic failover none follows within this span, unless the first was acknowledged. An automatic shift
  /// of traffic is counted apart: it moves no data and must not use up the one failover. (orchestrator: one recovery
  /// an hour for a cluster, `RecoveryPeriodBlockSeconds`.) A person is never held by it.
  public var window: Duration = .seconds(3600)
  /// Between the decision and the deed, for a person to stop it; may be zero.
  public var countdown: Duration = .seconds(5)
  /// The most that a failover may lose: what was committed at the old primary in so long a time. A bound counts up to the
  /// end of the old primary's lease, so it must be longer than that.
  public var rpo: Duration = .seconds(30)
  /// What replication lacks must have been measured no longer than this before the primary was last seen alive.
  public var lossFreshness: Duration = .seconds(15)
  public var fencing = Fencing.proof
  /// How long the primary may write without hearing of its controller.
  public var leaseDuration: Duration = .seconds(10)
  /// How often it hears of it.
  public var leaseRenewal: Duration = .seconds(2)
  /// What the clocks may differ by, and something on top.
  public var leaseMargin: Duration = .seconds(1)
  /// Until 99 % of the users are served again, as it was promised; nil where nothing was. Only checked for sense.
  public var recoveryTime: Duration?
  /// After a refused attempt, the time to the next; it doubles up to thirty times this.
  public var retryInterval: Duration = .seconds(1)

  public init() {}

  public func confirmation(of cloud: CloudID) -> Duration { confirmations[cloud] ?? confirmation }

  /// Vantages and networks that must agree. Whoever acts by itself listens to two networks at least.
  var quorum: (vantages: Int, networks: Int) {
    let least = automation == .automatic ? 2 : 1
    return (max(quorumVantages, least), max(quorumNetworks, least))
  }
}
