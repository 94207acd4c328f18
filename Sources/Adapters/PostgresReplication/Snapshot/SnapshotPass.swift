import Operations
import PostgresAdapter

/// Brings every table of a link in step with one instant of its source.
///
/// Each table is written in a transaction of its own, which also notes down whose instant it shows. After a crash the
/// tables that were done differ in little, and only what differs travels: a pass that begins anew loses no work.
struct SnapshotPass: Sendable {
  struct Outcome: Sendable {
    /// The source's position and clock at the instant of the snapshot.
    var position: LSN
    var takenAt: Timestamp
    /// Rows written at the target, by table.
    var written: [String: Int] = [:]
    /// Rows and bytes that came over from the source whole.
    var travelledRows = 0
    var travelledBytes = 0
    /// Tables that could not be brought in step, and why.
    var parked: [String: String] = [:]
  }

  let settings: LinkSettings
  var limits = VerifyLimits()
  var clock: any Clock<Duration> = ContinuousClock()
  /// Between two signs of life.
  var signEvery: Duration = .seconds(5)

  /// - Throws: ``LinkFailure``; `CancellationError`.
  func run(report: @escaping @Sendable (LinkReport) async -> Void) async throws -> Outcome {
    try await LinkFailure.naming("taking a snapshot for the link \(settings.directionName)") {
      let view = try await Sides.with(settings, purpose: "snapshot tables") { sides in
        try await LinkTables.read(settings, sides)
      }
      return try await VerifySides.with(settings, limits, count: limits.sessions, purpose: "snapshot") { sides in
        let writer = try await writer()
        do {
          let outcome = try await alive(report) { try await run(view, sides, writer, report) }
          await writer.connection.close()
          return outcome
        } catch {
          await writer.connection.close()
          throw error
        }
      }
    }
  }

  /// Whoever waits for the pass must see that it goes on: a table may be hashed, or written in one statement, for long.
  /// Each statement has a limit of its own.
  private func alive<Value: Sendable>(
    _ report: @escaping @Sendable (LinkReport) async -> Void, _ body: () async throws -> Value
  ) async throws -> Value {
    let signs = Task { [clock, signEvery] in
      while (try? await clock.sleep(for: signEvery)) != nil { await report(.working) }
    }
    defer { signs.cancel() }
    let value = try await body()
    await report(.settled)
    return value
  }

  private func run(
    _ view: LinkTables, _ sides: VerifySides, _ writer: SnapshotWriter,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws -> Outcome {
    let last = try await completed(writer.connection)
    var outcome = try await begin(sides)
    let hash = try await RowHash.common(sides.source[0], sides.target[0], timeout: limits.statementTimeout)
    outcome.parked = view.parked
    var open = view.scope.included.filter { view.parked[$0.name] == nil }
    var refusals: [String: String] = [:]
    // A row that refers to another table's may have to wait for it: tables are tried again while any comes further.
    while !open.isEmpty {
      var waiting: [ScopedTable] = []
      for table in open {
        guard let target = view.target[table.name] else { continue }
        let merge = TableMerge(
          sql: MergeSQL(settings: settings, table: table, target: target, takenAt: outcome.takenAt),
          digest: RowDigest(table.shape, columns: table.shape.plainColumns.map(\.name), hash: hash), sides: sides,
          writer: writer, limits: limits, clock: clock, position: outcome.position,
          record: view.records[table.name],
          tell: { [done = outcome.written.count, total = view.scope.included.count] bytes in
            await report(
              .copying(
                table: table.name, bytesDone: bytes, bytesTotal: table.shape.bytes, tablesDone: done, tablesTotal: total
              ))
          })
        do {
          let result = try await merge.run()
          outcome.written[table.name] = result.written
          outcome.travelledRows += result.travelledRows
          outcome.travelledBytes += result.travelledBytes
          if result.isCopy { await report(.copied(table: table.name)) }
          if view.records[table.name]?.state == .parked { await report(.parked(table: table.name, reason: nil)) }
          if result.conflicts > 0 { await report(.conflicts(count: result.conflicts, table: table.name)) }
          await report(
            .applied(
              LinkProgress(
                sourcePosition: outcome.position, received: last.position, applied: last.position,
                appliedCommit: last.takenAt, rows: [table.name: result.written])))
        } catch ApplyFailure.table(let name, let reason) {
          refusals[name] = reason
          waiting.append(table)
        }
      }
      if waiting.count == open.count { break }
      open = waiting
      for table in open { outcome.parked[table.name] = refusals[table.name] }
    }
    for table in open { outcome.parked[table.name] = refusals[table.name] }
    for name in outcome.written.keys { outcome.parked[name] = nil }
    try await settle(outcome, view, writer.connection, report)
    return outcome
  }

  /// Fixes the instant for all of the source's sessions.
  private func begin(_ sides: VerifySides) async throws -> Outcome {
    let timeout = limits.statementTimeout
    let first = sides.source[0]
    // What is visible when the position is read is in the snapshot, which begins after it.
    let position = try await AppliedWait.position(first, timeout: timeout)
    let begin = """
      BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
      SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0
      """
    let now: Int64 = try await first.query(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now", timeout: timeout
    ).only().get("now")
    try await first.execute(begin, timeout: timeout)
    let name: String = try await first.query("SELECT pg_export_snapshot() AS name", timeout: timeout).only().get("name")
    for session in sides.source.dropFirst() {
      try await session.execute(
        "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET TRANSACTION SNAPSHOT \(SQLText.literal(name)); "
          + "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0", timeout: timeout)
    }
    return Outcome(position: position, takenAt: Timestamp(microsecondsSinceEpoch: now))
  }

  /// The last snapshot that is complete at the target; no time before the first.
  private func completed(_ target: PostgresConnection) async throws -> (position: LSN, takenAt: Timestamp?) {
    guard let book = try await LinkBook.read(settings.directionName, on: target) else {
      throw LinkFailure.blocked("the link \(settings.directionName) was never prepared at the target")
    }
    return (book.position, book.committedAt)
  }

  /// Notes down the tables that were left out, and how far the link is now.
  private func settle(
    _ outcome: Outcome, _ view: LinkTables, _ target: PostgresConnection,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    for (name, reason) in outcome.parked.sorted(by: { $0.key < $1.key }) {
      await report(.parked(table: name, reason: reason))
      // What differs is compared anew each time; the other is remembered, and tried again all the same.
      guard view.parked[name] == nil else { continue }
      try await LinkTableRecord.set(
        .parked, of: name, link: settings.directionName, reason: reason, on: target)
    }
    // Nobody sees what the source has of them meanwhile: afterwards, what is the target's own stays.
    try await target.query(
      "DELETE FROM signalbox.link_seen WHERE link = $1 AND table_name = ANY ($2::text[])",
      [
        PostgresValue(settings.directionName), PostgresValue(TableCatalog.arrayLiteral(outcome.parked.keys.sorted())),
      ], timeout: .seconds(20))
    let moved = try await target.query(
      """
      UPDATE signalbox.link SET position = $2::pg_lsn, committed_at = $3::timestamptz, transactions = transactions + 1,
        updated_at = clock_timestamp() WHERE name = $1 AND generation = $4::bigint
      """,
      [
        PostgresValue(settings.directionName), PostgresValue(outcome.position.description),
        PostgresValue(outcome.takenAt.postgresText), PostgresValue(settings.generation.rawValue),
      ], timeout: .seconds(20))
    guard moved.affectedCount == 1 else { throw ProgressStatement.fenced(settings) }
    // The pass is complete with or without it.
    _ = try? await ConflictKeeping(settings: settings).forget(on: target)
  }

  private func writer() async throws -> SnapshotWriter {
    var session = settings.session(settings.target, purpose: "apply")
    session.sessionSettings.merge(ExportedSnapshot.unhurried) { _, new in new }
    session.sessionSettings["lock_timeout"] = "30s"
    session.sessionSettings["row_security"] = "off"
    let connection = try await settings.enter(settings.target, as: session, timeout: .seconds(15))
    let isReplica =
      (try? await connection.execute("SET session_replication_role = replica", timeout: .seconds(10))) != nil
    return SnapshotWriter(connection: connection, isReplica: isReplica)
  }
}
