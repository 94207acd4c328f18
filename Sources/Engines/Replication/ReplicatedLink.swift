public import Operations

/// One direction that is to be kept in step, as the configuration asks.
public struct ReplicatedLink: Sendable, Equatable, Identifiable {
  public var id: LinkID
  public var mode: ReplicationMode
  public var source: CloudID
  public var target: CloudID
  /// Further behind than this, a link is catching up, and not in step.
  public var lagLimit: Duration
  /// More log than this, kept for the link by a source that sets no limit, is an alarm: its disk fills.
  public var logAlarmBytes: UInt64

  public init(
    id: LinkID, mode: ReplicationMode, source: CloudID, target: CloudID, lagLimit: Duration = .seconds(10),
    logAlarmBytes: UInt64 = ReplicationLinkSnapshot.usualLogAlarmBytes
  ) {
    self.id = id
    self.mode = mode
    self.source = source
    self.target = target
    self.lagLimit = lagLimit
    self.logAlarmBytes = logAlarmBytes
  }

  /// The same link, coming from one of its sides.
  func coming(from source: CloudID) -> ReplicatedLink { source == target ? reversed : self }

  /// The same link the other way round.
  public var reversed: ReplicatedLink {
    var link = self
    link.source = target
    link.target = source
    return link
  }
}
