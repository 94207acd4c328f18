import Operations
import PostgresAdapter

/// A few rows of one table, repaired in one transaction.
struct RepairBatch: Sendable {
  /// A row as it stands at one side.
  struct Row: Sendable {
    /// Of the columns compared, in their order.
    var values: ExactText
    /// Where it stands and which transaction wrote it: `tableoid`, `ctid`, `xmin`.
    var place: [String]
  }

  struct Written: Sendable, Equatable {
    var rows = 0
    /// Of rows that the target's application may have written meanwhile, and that were left alone.
    var moved: [ExactText] = []
    /// Generated columns, of rows that differ in nothing else.
    var unwritable: Set<String> = []
  }

  private typealias Rows = [ExactText: [Row]]

  let digest: RowDigest
  let keys: [ExactText]
  /// Whether differing rows are taken away and put in anew, as rows need that have exchanged what is unique.
  let isReplacing: Bool
  /// Not where a foreign key would see the row go.
  let mayReplace: Bool
  let source: PostgresConnection
  let target: PostgresConnection
  let limits: VerifyLimits
  /// Not where nothing is applied meanwhile: what the source writes then comes later, whole.
  let locksSource: Bool
  /// In a link of two directions, whose writes these count as, so that they are not sent back.
  let echoNode: CloudID?

  /// - Parameter reverseWait: the other direction's, where the target's application writes as well.
  /// - Returns: nil when the link fell behind meanwhile, and nothing was written.
  /// - Throws: ``PostgresError``; ``RepairFailure``; `CancellationError`.
  func run(_ wait: AppliedWait, _ reverseWait: AppliedWait?) async throws -> Written? {
    do {
      // Before the source is read: a row of the target that is there now and later is none that came and went between.
      let before = try await rows(.target, locking: "")
      // Most of the way without a lock, so that the wait with it is short.
      try await reach(wait, .source)
      // The source then has all that made the target's rows what they are. Asked for with the rows locked, an idle link's
      // books would keep them so for seconds, and a change on its way would wait for a row that waits for it. Whether a
      // row has moved since its place tells.
      if let reverseWait { try await reach(reverseWait, .target) }
      let written = try await write(wait, before, leavingMoved: reverseWait != nil)
      // Written and durable at the target before the source's rows are free again.
      try await target.execute((written?.rows ?? 0) == 0 ? "ROLLBACK" : "COMMIT", timeout: limits.statementTimeout)
      try await source.execute("ROLLBACK", timeout: limits.statementTimeout)
      return written
    } catch {
      _ = try? await target.execute("ROLLBACK", timeout: limits.statementTimeout)
      _ = try? await source.execute("ROLLBACK", timeout: limits.statementTimeout)
      throw error
    }
  }

  /// Waits until the other side has what this one has written.
  private func reach(_ wait: AppliedWait, _ side: Side) async throws {
    let position = try await AppliedWait.position(side == .source ? source : target, timeout: limits.statementTimeout)
    guard let applied = try await wait.reach(position, within: limits.applyWait) else { return }
    let other = side == .source ? "" : " at the source"
    throw RepairFailure.linkBehind("the \(side) was at \(position), and only \(applied) was applied\(other)")
  }

  private func write(_ wait: AppliedWait, _ before: Rows, leavingMoved: Bool) async throws -> Written? {
    let lock = "SET LOCAL lock_timeout = '\(limits.lockWait / .milliseconds(1))'"
    try await source.execute("BEGIN; \(lock)", timeout: limits.statementTimeout)
    try await target.execute("BEGIN; \(lock)", timeout: limits.statementTimeout)
    let right: Rows
    do {
      right = try await rows(.source, locking: locksSource ? "FOR SHARE OF t" : "")
    } catch let error as PostgresError where error.sqlState == "42501" {
      throw RepairFailure.cannotLock(table: digest.table.quotedName)
    }
    let position = try await AppliedWait.position(source, timeout: limits.statementTimeout)
    guard try await wait.reach(position, within: limits.lockWait) == nil else { return nil }
    let found = try await rows(.target, locking: "FOR UPDATE OF t")
    let changes = RepairChanges(digest: digest, target: target, timeout: limits.statementTimeout)
    if let echoNode { try await changes.mark(as: echoNode) }
    var written = Written()
    if leavingMoved { written.moved = keys.filter { hasMoved(before[$0] ?? [], found[$0] ?? [], right[$0] ?? []) } }
    let keys = keys.filter { !written.moved.contains($0) }
    // Rows go before others come: their keys may be equal in the eyes of an index, and not in their text.
    for key in keys {
      for row in surplus(found[key] ?? [], right[key] ?? [], before[key] ?? []) {
        written.rows += try await changes.delete(row)
      }
    }
    var inserts: [ExactText] = []
    for key in keys {
      let (here, there) = (found[key] ?? [], right[key] ?? [])
      inserts += there.dropFirst(here.count).map(\.values)
      guard !digest.isKeyless, let row = here.first, let other = there.first, row.values != other.values else {
        continue
      }
      guard changes.differsInWritten(row.values, other.values) else {
        let unlike = digest.columns.indices.filter { row.values.bytes[$0] != other.values.bytes[$0] }
        written.unwritable.formUnion(unlike.map { digest.columns[$0] })
        continue
      }
      if isReplacing || changes.mustReplace(row.values, by: other.values) {
        guard mayReplace else { throw RepairFailure.cannotReplace(table: digest.table.name) }
        if try await changes.delete(row) == 1 { inserts.append(other.values) }
      } else {
        written.rows += try await changes.update(row, to: other.values)
      }
    }
    for values in inserts { written.rows += try await changes.insert(values) }
    return written
  }

  /// Whether rows of the target that are not the source's are others than they were.
  private func hasMoved(_ before: [Row], _ now: [Row], _ there: [Row]) -> Bool {
    Set(before.map(\.place)) != Set(now.map(\.place)) && now.map(\.values) != there.map(\.values)
  }

  /// Rows of one key at the target that are not at the source. Rows that came after the source was read may be newer
  /// than what was read there, so only those count that stood before.
  private func surplus(_ here: [Row], _ there: [Row], _ before: [Row]) -> ArraySlice<Row> {
    if !digest.isKeyless, !there.isEmpty { return here.dropFirst() }
    let places = Set(before.map(\.place))
    return here.filter { places.contains($0.place) }.dropFirst(there.count)
  }

  /// The rows of the keys at one side, by key.
  private func rows(_ side: Side, locking: String) async throws -> Rows {
    let session = side == .source ? source : target
    let selected = { (names: [String], prefix: String) in
      names.enumerated().map { ", t.\(SQLText.identifier($1)) AS \(prefix)\($0)" }.joined()
    }
    let condition = digest.isKeyless ? "\(digest.rowText) = $1" : digest.isOneOf(keys.count)
    let sql = """
      SELECT t.tableoid::bigint AS relation, t.ctid AS place, t.xmin AS writer\(selected(digest.table.key, "k"))\
      \(selected(digest.columns, "r")) FROM \(digest.from(side)) AS t WHERE \(condition) \(locking)
      """
    var rows: Rows = [:]
    for row in try await session.query(sql, keys.flatMap(\.parameters), timeout: limits.statementTimeout) {
      let key = digest.isKeyless ? keys[0] : try row.exactText("k", count: digest.table.key.count)
      rows[key, default: []].append(
        Row(
          values: try row.exactText("r", count: digest.columns.count),
          place: [try row.get("relation"), try row.get("place"), try row.get("writer")]))
    }
    return rows
  }
}
