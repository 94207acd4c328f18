import Operations
import PostgresAdapter

/// A subscription as the target shows it.
struct Subscription: Sendable, Equatable {
  struct Table: Sendable, Equatable {
    var name: String
    var state: ReplicatedTable.State
    /// Of a copy that is under way.
    var bytesCopied: UInt64
    /// Rows that this server has written since its statistics began, whoever wrote them.
    var rowsWritten: Int
  }

  var isEnabled: Bool
  /// False for one whose dropping was broken off: it follows nothing.
  var hasSlot: Bool
  /// Whether a worker receives and applies.
  var isWorking: Bool
  var received: LSN?
  /// Times that applying failed, and that copying a table did.
  var applyErrors: Int
  var copyErrors: Int
  var tables: [String: Table]

  /// - Throws: ``LinkFailure/unreachable(_:)`` where there is none: the link is prepared again then, which tells what is
  ///   lost with it; ``PostgresError``.
  static func require(_ settings: LinkSettings, on target: PostgresConnection) async throws -> Subscription {
    if let subscription = try await read(settings, on: target) { return subscription }
    throw LinkFailure.unreachable(
      "the subscription \(settings.slotName) is gone from the target \(settings.targetNode)")
  }

  /// - Returns: nil where there is none.
  /// - Throws: ``PostgresError``.
  static func read(_ settings: LinkSettings, on target: PostgresConnection) async throws -> Subscription? {
    let name = PostgresValue(settings.slotName)
    // Statistics of failures came with version 15.
    let errors =
      target.serverVersionNumber >= 150_000
      ? "(SELECT apply_error_count FROM pg_stat_subscription_stats x WHERE x.subid = s.oid)" : "0"
    let copyErrors = errors.replacing("apply_error", with: "sync_error")
    let rows = try await target.query(
      """
      SELECT s.subenabled AS enabled, s.subslotname IS NOT NULL AS has_slot,
        coalesce(w.pid IS NOT NULL, false) AS working, w.received_lsn::text AS received,
        coalesce(\(errors), 0)::int AS apply_errors, coalesce(\(copyErrors), 0)::int AS copy_errors
      FROM pg_subscription s LEFT JOIN pg_stat_subscription w ON w.subid = s.oid AND w.relid IS NULL
      WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      ORDER BY w.received_lsn DESC NULLS LAST -- one that helps with a large transaction receives nothing by itself
      """, [name], timeout: .seconds(20))
    guard let row = rows.first else { return nil }
    return Subscription(
      isEnabled: try row.get("enabled"), hasSlot: try row.get("has_slot"), isWorking: try row.get("working"),
      received: try row.getIfPresent("received", as: String.self).flatMap { LSN($0) },
      applyErrors: try row.get("apply_errors"), copyErrors: try row.get("copy_errors"),
      tables: try await tables(name, on: target))
  }

  private static func tables(
    _ name: PostgresValue, on target: PostgresConnection
  ) async throws -> [String: Table] {
    let rows = try await target.query(
      """
      SELECT n.nspname || '.' || c.relname AS name, r.srsubstate::text AS state,
        coalesce(p.bytes_processed, 0)::bigint AS bytes,
        (SELECT coalesce(sum(u.n_tup_ins + u.n_tup_upd + u.n_tup_del), 0) FROM pg_stat_user_tables u
          WHERE u.relid = c.oid OR u.relid IN (SELECT l.relid FROM pg_partition_tree(c.oid) l WHERE l.isleaf))::bigint
          AS written
      FROM pg_subscription s JOIN pg_subscription_rel r ON r.srsubid = s.oid JOIN pg_class c ON c.oid = r.srrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_progress_copy p ON p.relid = c.oid
      WHERE s.subname = $1 AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      """, [name], timeout: .seconds(20))
    var tables: [String: Table] = [:]
    for row in rows {
      let table = Table(
        name: try row.get("name"), state: try row.get("state", as: String.self) == "r" ? .streaming : .copying,
        bytesCopied: try row.get("bytes"), rowsWritten: try row.get("written"))
      tables[table.name] = table
    }
    return tables
  }
}
