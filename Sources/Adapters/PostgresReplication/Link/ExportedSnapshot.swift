import Operations
import PostgresAdapter

/// What the source held at one position of its log. It can be entered by other sessions until it is closed.
struct ExportedSnapshot: Sendable {
  var name: String
  /// What was committed before it is in the snapshot; what was committed from it on is in the slot's stream.
  var position: LSN
  private let session: PostgresReplicationStream

  /// Creates a slot and keeps the snapshot that it begins with.
  ///
  /// - Parameter isTemporary: the slot goes when the snapshot is closed.
  /// - Throws: ``LinkFailure``, naming the transactions that the slot has to wait for.
  static func export(
    slot: String, isTemporary: Bool, settings: LinkSettings, timeout: Duration
  ) async throws -> ExportedSnapshot {
    var session = settings.session(settings.source, purpose: "snapshot")
    session.sessionSettings.merge(unhurried) { own, _ in own }
    return try await LinkFailure.naming("making a slot at the source") {
      let stream = try await settings.enterStream(as: session, timeout: .seconds(15))
      do {
        let made = try await stream.createSlot(
          slot, isTemporary: isTemporary, exportsSnapshot: true, timeout: timeout)
        return ExportedSnapshot(name: made.snapshot ?? "", position: made.consistentPoint, session: stream)
      } catch {
        await stream.close()
        guard let error = error as? PostgresError, error.kind == .timedOut else { throw error }
        let blockers = try await blockers(settings)
        throw LinkFailure.unreachable(
          "the slot waits for transactions that began before it"
            + (blockers.isEmpty ? "" : ": \(blockers.joined(separator: "; "))"))
      }
    }
  }

  func close() async { await session.close() }

  /// Limits that a role or database may set and that a long copy must not run into.
  static let unhurried = ["statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "0"]

  private static func blockers(_ settings: LinkSettings) async throws -> [String] {
    let connection = try await settings.enter(
      settings.source, as: settings.session(settings.source, purpose: "inspection"), timeout: .seconds(15))
    let rows = try await connection.query(
      """
      SELECT 'pid ' || pid || ' (' || coalesce(usename, '?') || coalesce(', ' || nullif(application_name, ''), '')
        || ') since ' || date_trunc('second', xact_start)::text AS who
      FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
      UNION ALL SELECT 'prepared transaction ' || gid || ' since ' || date_trunc('second', prepared)::text
      FROM pg_prepared_xacts LIMIT 5
      """, timeout: .seconds(20))
    await connection.close()
    return try rows.map { try $0.get("who") }
  }
}
