public import Operations

/// What must be known of the time before, so that a host that starts again goes on as the one before it. Pure.
public struct FailoverMemory: Sendable, Equatable {
  /// Something that was done without a person.
  public struct Deed: Sendable, Equatable {
    public var request: FailoverRequest
    public var at: Timestamp
    /// The cloud that was down; nil where only the journal tells.
    public var subject: CloudID?
    public var isAcknowledged: Bool

    public init(request: FailoverRequest, at: Timestamp, subject: CloudID? = nil, isAcknowledged: Bool = false) {
      self.request = request
      self.at = at
      self.subject = subject
      self.isAcknowledged = isAcknowledged
    }
  }

  /// The actor of everything that is done without a person.
  public static let automatic = "automatic"

  public var pausedBy: String?
  /// The cloud whose database was last seen to take writes.
  public var primary: CloudID?
  /// The last automatic change of the role, and the last of traffic alone.
  public var failover: Deed?
  public var shift: Deed?
  /// Clouds that were being taken in again, since when: their link goes, and their tables were not copied anew yet.
  public var unmatched: [CloudID: Timestamp] = [:]
  /// The ledger as it stood when it last acted.
  public var decision: [FailoverCondition] = []
  public var decidedAt: Timestamp?

  public init() {}

  public var isPaused: Bool { pausedBy != nil }

  mutating func apply(_ change: AutomationChange, by actor: String) {
    switch change {
    case .pause: pausedBy = actor
    case .resume: pausedBy = nil
    case .acknowledge:
      failover?.isAcknowledged = true
      shift?.isAcknowledged = true
    case .stopCountdown: break
    }
  }

  mutating func did(_ request: FailoverRequest, at now: Timestamp, subject: CloudID?) {
    let deed = Deed(request: request, at: now, subject: subject)
    if case .shift = request { shift = deed } else { failover = deed }
  }

  /// The last deed of the same kind as `request`.
  func deed(like request: FailoverRequest?) -> Deed? {
    if case .shift = request { shift } else { failover }
  }

  /// Deeds that nobody has acknowledged within `window`, the newest first.
  func unacknowledged(at now: Timestamp, within window: Duration) -> [Deed] {
    [failover, shift].compactMap { $0 }.filter { !$0.isAcknowledged && now < $0.at + window }.sorted { $0.at > $1.at }
  }
}
