import Operations

/// A replication link as scripts find it. A figure that is stale or was never seen is null.
struct LinkReport: Encodable {
  struct Slot: Encodable {
    @Nullable var name: String?
    @Nullable var active: Bool?
    @Nullable var retainedBytes: UInt64?
    @Nullable var safeBytes: Int64?
    /// Null while there is no need to look.
    @Nullable var alarm: SlotAlarm?
    /// Kept log above it is an alarm where the source sets no limit.
    var alarmBytes: UInt64
  }

  struct Table: Encodable {
    var name: String
    var state: ReplicatedTable.State
    @Nullable var reason: String?
    var rowsApplied: Int
    var rowsPerSecond: Double
    @Nullable var lagBytes: UInt64?
    @Nullable var lagSeconds: Double?
    @Nullable var baselineProgress: Double?
    @Nullable var baselineRemainingSeconds: Double?
    var conflicts: Int
    @Nullable var bytes: UInt64?
    @Nullable var lastVerify: VerifySummary?
  }

  var id: LinkID
  var mode: ReplicationMode
  var source: CloudID
  var target: CloudID
  var state: ReplicationLinkSnapshot.State
  var reasons: [String]
  var since: Timestamp
  @Nullable var lagBytes: UInt64?
  @Nullable var lagSeconds: Double?
  @Nullable var receivedLagBytes: UInt64?
  @Nullable var receivedLagSeconds: Double?
  var slot: Slot
  @Nullable var appliedPosition: LSN?
  var rowsPerSecond: Double
  var transactionsPerSecond: Double
  @Nullable var baseline: ReplicationLinkSnapshot.Baseline?
  var conflicts: Int
  @Nullable var clockSkewSeconds: Double?
  var tables: [Table]

  init(_ link: ReplicationLinkSnapshot, at now: Timestamp) {
    id = link.id
    mode = link.mode
    source = link.source
    target = link.target
    state = link.state
    reasons = link.reasons
    since = link.since
    let lag = link.lag?.fresh(at: now)
    _lagBytes = Nullable(wrappedValue: lag?.appliedBytes)
    _lagSeconds = Nullable(wrappedValue: lag?.appliedSeconds)
    _receivedLagBytes = Nullable(wrappedValue: lag?.receivedBytes)
    _receivedLagSeconds = Nullable(wrappedValue: lag?.receivedSeconds)
    let seen = link.slot?.fresh(at: now)
    slot = Slot(
      name: seen?.name, active: seen?.active, retainedBytes: seen?.retainedBytes, safeBytes: seen?.safeBytes,
      alarm: seen == nil ? nil : link.slotAlarm, alarmBytes: link.logAlarmBytes)
    _appliedPosition = Nullable(wrappedValue: link.appliedPosition)
    rowsPerSecond = link.rowsPerSecond
    transactionsPerSecond = link.transactionsPerSecond
    _baseline = Nullable(wrappedValue: link.baseline)
    conflicts = link.conflicts
    _clockSkewSeconds = Nullable(wrappedValue: link.clockSkewSeconds)
    tables = link.tables.map { table in
      Table(
        name: table.name, state: table.state, reason: table.reason, rowsApplied: table.rowsApplied,
        rowsPerSecond: table.rowsPerSecond, lagBytes: table.lag?.bytes, lagSeconds: table.lag?.seconds,
        baselineProgress: table.baselineProgress, baselineRemainingSeconds: table.baselineRemainingSeconds,
        conflicts: table.conflicts,
        bytes: table.bytes, lastVerify: table.lastVerify)
    }
  }
}
