/// One replication link at one instant: changes of `source` go to `target`.
public struct ReplicationLinkSnapshot: Sendable, Equatable, Codable, Identifiable {
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Looking at both sides: settings, privileges, tables, slot, progress.
    case preparing
    /// Copying tables that the target does not have yet.
    case baseline
    /// Streaming, further behind than `streaming` allows.
    case catchingUp = "catching-up"
    case streaming
    /// Stopped by an operator; the slot keeps what is missed.
    case paused
    /// Cannot go on until a person mends something; the reasons say what, with the statement that does it.
    case blocked
    /// Broken, and being tried again by itself.
    case retrying
  }

  /// How far the target is behind.
  public struct Lag: Sendable, Equatable, Codable {
    /// Log at the source that has not been received.
    public var receivedBytes: UInt64
    /// Log at the source that has not been applied and made durable at the target.
    public var appliedBytes: UInt64
    /// Age of the newest change received and of the newest applied, while there are newer ones at the source; else 0.
    public var receivedSeconds: Double
    public var appliedSeconds: Double

    public init(receivedBytes: UInt64, appliedBytes: UInt64, receivedSeconds: Double, appliedSeconds: Double) {
      self.receivedBytes = receivedBytes
      self.appliedBytes = appliedBytes
      self.receivedSeconds = receivedSeconds
      self.appliedSeconds = appliedSeconds
    }
  }

  /// The replication slot at the source.
  public struct Slot: Sendable, Equatable, Codable {
    public var name: String
    public var active: Bool
    /// Log that the source keeps for the slot.
    public var retainedBytes: UInt64
    /// Log that may still be written before the slot is lost; nil where the source sets no limit.
    public var safeBytes: Int64?

    public init(name: String, active: Bool, retainedBytes: UInt64, safeBytes: Int64?) {
      self.name = name
      self.active = active
      self.retainedBytes = retainedBytes
      self.safeBytes = safeBytes
    }
  }

  public struct Baseline: Sendable, Equatable, Codable {
    public var tablesDone: Int
    public var tablesTotal: Int
    public var bytesDone: UInt64
    /// Estimated from the sizes of the source's tables.
    public var bytesTotal: UInt64
    public var startedAt: Timestamp
    /// Until the end at the present rate; nil while there is none.
    public var remainingSeconds: Double?
    /// Indexes and constraints that the target makes now, by name; of how far one is nothing is told.
    public var rebuilding: [String]

    public init(
      tablesDone: Int, tablesTotal: Int, bytesDone: UInt64, bytesTotal: UInt64, startedAt: Timestamp,
      remainingSeconds: Double?, rebuilding: [String] = []
    ) {
      self.rebuilding = rebuilding
      self.tablesDone = tablesDone
      self.tablesTotal = tablesTotal
      self.bytesDone = bytesDone
      self.bytesTotal = bytesTotal
      self.startedAt = startedAt
      self.remainingSeconds = remainingSeconds
    }
  }

  public static let usualLogAlarmBytes: UInt64 = 10 << 30

  public var id: LinkID
  public var mode: ReplicationMode
  public var source: CloudID
  public var target: CloudID
  public var state: State
  /// Why it is blocked or tried again, each with its remedy; alarms too, such as a slot that may be lost.
  public var reasons: [String] = []
  public var since: Timestamp
  public var lag: Observation<Lag>?
  public var slot: Observation<Slot>?
  /// More log than this, kept by a source that sets no limit, is an alarm.
  public var logAlarmBytes = Self.usualLogAlarmBytes
  /// The source's position that is applied and durable at the target.
  public var appliedPosition: LSN?
  public var rowsPerSecond: Double = 0
  public var transactionsPerSecond: Double = 0
  public var baseline: Baseline?
  /// The rate of the last copy that was seen; nil until one was.
  public var baselineBytesPerSecond: Double?
  public var tables: [ReplicatedTable] = []
  /// Conflicts logged since the link was made.
  public var conflicts: Int = 0
  /// The target's clock less the source's; nil until measured.
  public var clockSkewSeconds: Double?
  /// One sample a second, oldest first.
  public var rowsHistory: [Double?] = []
  public var lagHistory: [Double?] = []

  public init(
    id: LinkID, mode: ReplicationMode, source: CloudID, target: CloudID, state: State, since: Timestamp
  ) {
    self.id = id
    self.mode = mode
    self.source = source
    self.target = target
    self.state = state
    self.since = since
  }

  /// Tables that have not had the source's changes since they were set aside: what the target has of them is old.
  public var setAside: [ReplicatedTable] { tables.filter { $0.state == .parked } }

  /// The oldest of the tables' last comparisons: what was proven equal, was so then. Nil while any table was never
  /// compared.
  public var lastVerify: VerifySummary? {
    let taken = tables.filter { $0.state == .streaming }
    let summaries = taken.compactMap(\.lastVerify)
    guard !taken.isEmpty, summaries.count == taken.count, var oldest = summaries.first else { return nil }
    for summary in summaries.dropFirst() {
      oldest.at = min(oldest.at, summary.at)
      oldest.rowsCompared += summary.rowsCompared
      oldest.missing += summary.missing
      oldest.surplus += summary.surplus
      oldest.unlike += summary.unlike
      oldest.inFlight += summary.inFlight
      oldest.endedEarly = oldest.endedEarly || summary.endedEarly
      oldest.undecided += summary.undecided
      oldest.seconds += summary.seconds
      oldest.failure = oldest.failure ?? summary.failure
    }
    return oldest
  }
}
