/// The links as a host and its operators see them. The replication engine serves it.
public protocol ReplicationLinks: Sendable {
  /// Keeps every link going until cancelled. Nothing is received or applied any more when it returns.
  func run() async

  /// Looks at every link until cancelled, and changes nothing: for a host that does not hold the lease.
  func look() async

  func view(at now: Timestamp) async -> [ReplicationLinkSnapshot]

  /// The newest first.
  func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict]

  /// What the last comparison of a link found, at most `limit` rows of it.
  func differences(of link: LinkID, limit: Int) async throws -> [TableDifference]
}

/// One link's way to both databases. It decides nothing about when: the engine tells it what to do next.
///
/// Every call may be repeated after a crash at any point, and takes up where the last one got to.
public protocol ReplicationLinkPort: Sendable {
  /// Looks at both sides and changes nothing.
  ///
  /// - Throws: when a side cannot be asked.
  func inspect() async throws -> LinkInspection

  /// Looks at both sides and makes what is missing: bookkeeping tables, publication, slot. Where something is in the
  /// way, or the link goes the other way round, nothing is made.
  ///
  /// - Returns: both sides, looked at afterwards.
  func prepare() async throws -> LinkInspection

  /// As ``prepare()``, and counts the target's tables as copied, as they are: for the way back of a link that is in
  /// step. To be called while nobody writes; again, it changes nothing.
  ///
  /// - Returns: both sides, looked at afterwards: ready to stream.
  /// - Throws: when they are not. What stood before the call still does; what did not is taken away.
  func adopt() async throws -> LinkInspection

  /// Copies the tables that the target does not have yet. Resumes: a table that was finished is not copied again.
  func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws

  /// Receives and applies until cancelled or broken. In snapshot mode it takes a snapshot first, and then one in each
  /// interval.
  ///
  /// - Throws: ``LinkFailure``.
  func stream(report: @escaping @Sendable (LinkReport) async -> Void) async throws

  /// Stops what goes on without ``stream(report:)``; a later ``stream(report:)`` starts it again.
  ///
  /// Ending a stream ends what this program does, and for most kinds that is all. Between two servers that replicate by
  /// themselves nothing ends with it, so that a host may come and go; only an operator's pause halts them.
  func halt() async throws

  /// Notes down at the target whether an operator has paused the link: whichever host has the lease, it finds it there
  /// (``LinkInspection/isPaused``).
  ///
  /// - Throws: when the target cannot be asked.
  func note(isPaused: Bool) async throws

  /// What the source keeps for this link, whatever has become of the target; nil where it keeps nothing, or the link
  /// needs nothing kept.
  func slot() async throws -> ReplicationLinkSnapshot.Slot?

  /// The source's log position now.
  func sourcePosition() async throws -> LSN

  /// The source's position that is durable at the target.
  func appliedPosition() async throws -> LSN

  /// What would never reach the target if the link were turned now: changes in the source's log that are not there, and
  /// open transactions that have written. Nil where nothing would. For a link that rests.
  func remains() async throws -> String?

  /// Forgets what the target has of the named tables, so that the next baseline copies them.
  func discard(tables: [String]) async throws

  /// Compares both sides' rows while writes go on.
  func verify(
    tables: [String], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome]

  /// Makes rows of the target equal to the source's, each checked again before it is written.
  ///
  /// - Returns: how many rows were changed.
  func repair(_ differences: [TableDifference], progress: @escaping @Sendable (String) async -> Void) async throws
    -> Int

  /// Sets the target's sequences past the source's.
  ///
  /// - Returns: how many were moved.
  func advanceSequences() async throws -> Int

  /// Sets the target's sequences past what its own rows have used, with a margin, without asking the source. A sequence
  /// that no column draws from cannot be judged and is left alone.
  ///
  /// - Returns: how many were moved.
  func advanceSequencesAlone() async throws -> Int

  func conflicts(newest limit: Int) async throws -> [ReplicationConflict]

  func reapply(conflict: Int64) async throws

  /// Takes the link down: slot, publication and progress. The rows stay.
  func tearDown() async throws
}

extension ReplicationLinkPort {
  public func halt() async throws {}

  public func slot() async throws -> ReplicationLinkSnapshot.Slot? { nil }

  public func adopt() async throws -> LinkInspection {
    throw LinkFailure.blocked("a link of this kind cannot take over rows that it did not copy")
  }
}

/// What a comparison of one table found.
public struct VerifyOutcome: Sendable, Equatable {
  public var summary: VerifySummary
  /// At most ``differenceLimit`` of them.
  public var differences: [TableDifference]

  public static let differenceLimit = 1000

  public init(summary: VerifySummary, differences: [TableDifference]) {
    self.summary = summary
    self.differences = differences
  }
}

/// Both sides as they were found.
public struct LinkInspection: Sendable, Equatable {
  /// What must be mended before the link can run, each with the exact statement or setting that does it.
  public var obstacles: [String]
  /// What is wrong and does not stop it: triggers that would fire at the target, for instance.
  public var warnings: [String]
  /// Every table in the link's scope, with those that are refused or parked and why.
  public var tables: [ReplicatedTable]
  /// Whether some table still has to be copied.
  public var needsBaseline: Bool
  public var slot: ReplicationLinkSnapshot.Slot?
  /// False for a link that reads whole tables: it is ready without a slot.
  public var needsSlot: Bool
  /// The source's position that can be seen at the target; nil for a link that never ran.
  public var appliedPosition: LSN?
  /// When the newest of what the target has was committed, by the source's clock; nil where its books do not say.
  public var appliedCommit: Timestamp?
  /// Both sides have the link the other way round, and not this way: another host has turned it.
  public var isTurned: Bool
  /// An operator has paused it, at whichever host.
  public var isPaused: Bool
  /// Some table is to be noted down as left out before it is mended and taken for one that had everything.
  public var needsRecord: Bool
  public var sourcePosition: LSN
  /// The target's clock less the source's, with its uncertainty taken as half of the slower round trip.
  public var clockSkew: Duration?

  public init(
    obstacles: [String] = [], warnings: [String] = [], tables: [ReplicatedTable] = [], needsBaseline: Bool = false,
    slot: ReplicationLinkSnapshot.Slot? = nil, needsSlot: Bool = true, appliedPosition: LSN? = nil,
    appliedCommit: Timestamp? = nil, isTurned: Bool = false, isPaused: Bool = false, needsRecord: Bool = false,
    sourcePosition: LSN = .zero,
    clockSkew: Duration? = nil
  ) {
    self.needsRecord = needsRecord
    self.obstacles = obstacles
    self.warnings = warnings
    self.tables = tables
    self.needsBaseline = needsBaseline
    self.slot = slot
    self.needsSlot = needsSlot
    self.appliedPosition = appliedPosition
    self.appliedCommit = appliedCommit
    self.isTurned = isTurned
    self.isPaused = isPaused
    self.sourcePosition = sourcePosition
    self.clockSkew = clockSkew
  }

  /// Whether both sides have what the link needs to run.
  public var isPrepared: Bool { (slot != nil || !needsSlot) && appliedPosition != nil }

  /// Whether nothing is left to be made, copied or mended before it streams.
  public var canStream: Bool { obstacles.isEmpty && !isTurned && !isPaused && isPrepared && !needsBaseline }

  /// The same, of a link that can stream at once.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` with everything that is in the way.
  public func ready(for direction: String) throws -> LinkInspection {
    var reasons = obstacles
    if reasons.isEmpty, !isPrepared { reasons = ["what was made cannot be seen"] }
    if reasons.isEmpty, needsBaseline { reasons = ["tables would have to be copied"] }
    guard reasons.isEmpty else { throw LinkFailure.blocked("\(direction): \(reasons.joined(separator: "; "))") }
    return self
  }
}

/// What a running link tells, at most a few times a second.
public enum LinkReport: Sendable, Equatable {
  /// Changes were applied at the target.
  case applied(LinkProgress)
  /// Bytes are the table's; tables count the whole baseline.
  case copying(table: String, bytesDone: UInt64, bytesTotal: UInt64, tablesDone: Int, tablesTotal: Int)
  case copied(table: String)
  /// Indexes and constraints that the target makes from now on; empty when none is made any more.
  case rebuilding([String])
  /// A table was set aside, or taken in again with a nil reason; the others go on.
  case parked(table: String, reason: String?)
  /// Conflicts since the last report.
  case conflicts(count: Int, table: String)

  /// Whole tables are being compared or written, and for long there may be nothing else to tell: every few seconds.
  case working
  /// No copy is under way any more, in a mode that copies while it streams.
  case settled

  /// Whether anything was done since the report before it.
  public var tellsOfWork: Bool {
    switch self {
    case .applied(let progress): progress.rows.values.contains { $0 > 0 }
    case .copying, .working: true
    case .copied, .rebuilding, .parked, .conflicts, .settled: false
    }
  }
}

/// How far a stream has come.
public struct LinkProgress: Sendable, Equatable {
  /// The newest end of the log that the source told of.
  public var sourcePosition: LSN
  /// Everything before it has been received.
  public var received: LSN
  /// Everything before it is durable at the target.
  public var applied: LSN
  /// Commit time, on the source's clock, of the newest transaction received and of the newest applied.
  public var receivedCommit: Timestamp?
  public var appliedCommit: Timestamp?
  /// The source's clock, as its newest message tells it.
  public var sourceClock: Timestamp?
  /// Transactions applied since the last report.
  public var transactions: Int
  /// Rows applied since the last report, by table.
  public var rows: [String: Int]

  public init(
    sourcePosition: LSN, received: LSN, applied: LSN, receivedCommit: Timestamp? = nil,
    appliedCommit: Timestamp? = nil, sourceClock: Timestamp? = nil, transactions: Int = 0, rows: [String: Int] = [:]
  ) {
    self.sourcePosition = sourcePosition
    self.received = received
    self.applied = applied
    self.receivedCommit = receivedCommit
    self.appliedCommit = appliedCommit
    self.sourceClock = sourceClock
    self.transactions = transactions
    self.rows = rows
  }
}

/// Why a link stopped.
public enum LinkFailure: Error, Sendable, Equatable, CustomStringConvertible {
  /// A side is not there, or ended the session: worth another attempt.
  case unreachable(String)
  /// Another attempt would fare no better until a person has mended something.
  case blocked(String)
  /// The slot is gone, or no longer holds what the target needs: only a comparison or a new baseline helps.
  case slotLost(String)

  public var description: String {
    switch self {
    case .unreachable(let reason), .blocked(let reason), .slotLost(let reason): reason
    }
  }
}
