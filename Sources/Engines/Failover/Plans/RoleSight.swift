public import Operations

/// What the performer of role steps looks at while it waits.
public struct RoleSight: Sendable {
  /// A cloud's verdict, as fresh as it is; nil for a cloud that is not probed.
  public var health: @Sendable (CloudID) async -> Observation<HealthVerdict>?
  /// Shares of user requests over the last seconds; nil while nothing is measured.
  public var shares: @Sendable () async -> [CloudShare]?
  /// What the second cloud lacks of the first, at most; nil where it was never measured.
  public var loss: @Sendable (_ from: CloudID, _ to: CloudID) async -> Observation<LossEstimate>?
  /// On this host's clock, the latest instant at which a database's lease can end, without any margin; nil where none
  /// is known to be armed. A renewal that was sent and not answered counts as one that was taken. A host that took over
  /// counts from then, for it does not know when the one before it last renewed. Once asked during a failover, nothing renews that lease any more.
  public var leaseEnd: @Sendable (CloudID) async -> Timestamp?
  /// What stands in the record set now; nil where it is not looked at.
  public var recordSet: (@Sendable () async throws -> RecordSetState)?
  /// Told before a database is promoted: a promotion lifts the end of its right to write.
  public var willPromote: @Sendable (CloudID) async throws -> Void

  public init(
    health: @escaping @Sendable (CloudID) async -> Observation<HealthVerdict>?,
    shares: @escaping @Sendable () async -> [CloudShare]?,
    loss: @escaping @Sendable (_ from: CloudID, _ to: CloudID) async -> Observation<LossEstimate>?,
    leaseEnd: @escaping @Sendable (CloudID) async -> Timestamp?,
    recordSet: (@Sendable () async throws -> RecordSetState)? = nil,
    willPromote: @escaping @Sendable (CloudID) async throws -> Void = { _ in }
  ) {
    self.health = health
    self.shares = shares
    self.loss = loss
    self.leaseEnd = leaseEnd
    self.recordSet = recordSet
    self.willPromote = willPromote
  }
}
