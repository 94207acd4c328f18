/// The failover engine at one instant: what it believes, what it would do, and why it does not.
public struct FailoverSnapshot: Sendable, Equatable, Codable {
  public enum State: String, Sendable, Codable, CaseIterable {
    /// All is as it should be.
    case watching
    /// A cloud fails for some vantages, or not long enough yet.
    case suspecting
    /// A cloud is down by quorum for long enough.
    case confirmed
    /// It will act when the countdown ends, unless a person stops it.
    case countdown
    /// It has a plan for a person to confirm.
    case proposing
    /// A plan of its kind runs.
    case acting
    /// It has acted by itself, and does not again in this window until a person acknowledges.
    case acted
    /// This host sees nothing at all: it is itself cut off, and changes nothing.
    case cutOff = "cut-off"
  }

  public var state: State
  public var policy: Automation
  public var isPaused: Bool
  public var pausedBy: String?
  /// The cloud that is suspected, confirmed or acted on.
  public var subject: CloudID?
  /// Since when `state` has been so.
  public var since: Timestamp
  /// When it acts by itself; set in `countdown`.
  public var actsAt: Timestamp?
  /// What it would ask for, or has asked for.
  public var request: FailoverRequest?
  /// Every condition of acting by itself, in the order in which they are looked at.
  public var ledger: [FailoverCondition]
  /// Why it did act, as the ledger stood at that instant; empty until it has.
  public var lastDecision: [FailoverCondition] = []
  public var lastDecisionAt: Timestamp?
  /// When it may act by itself again though nobody acknowledged what it did; nil while nothing awaits that.
  public var acknowledgeBy: Timestamp?
  /// What an unplanned failover now would lose; nil where it is not known.
  public var loss: Observation<LossEstimate>?
  /// By cloud, what each database says of its role.
  public var roles: [RoleView] = []

  public struct RoleView: Sendable, Equatable, Codable {
    public var cloud: CloudID
    public var role: Observation<DatabaseRole>

    public init(cloud: CloudID, role: Observation<DatabaseRole>) {
      self.cloud = cloud
      self.role = role
    }
  }

  public init(
    state: State, policy: Automation, isPaused: Bool, since: Timestamp, ledger: [FailoverCondition]
  ) {
    self.state = state
    self.policy = policy
    self.isPaused = isPaused
    self.since = since
    self.ledger = ledger
  }

  /// The conditions that are not met: why it is not failing over.
  public var unmet: [FailoverCondition] { ledger.filter { !$0.isMet } }

  public func role(of cloud: CloudID) -> Observation<DatabaseRole>? { roles.first { $0.cloud == cloud }?.role }
}

/// Upper bounds of what would be lost.
public struct LossEstimate: Sendable, Equatable, Codable {
  /// Committed at the primary and not durable at the secondary.
  public var seconds: Double
  public var bytes: UInt64
  /// Estimated from the mean size of the rows applied lately; nil where none were.
  public var rows: Int?

  public init(seconds: Double, bytes: UInt64, rows: Int?) {
    self.seconds = seconds
    self.bytes = bytes
    self.rows = rows
  }
}
