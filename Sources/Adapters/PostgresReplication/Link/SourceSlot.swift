import Operations
import PostgresAdapter

/// A replication slot as the source shows it.
struct SourceSlot: Sendable, Equatable {
  var name: String
  var plugin: String
  /// The database that it belongs to; empty for a slot of physical replication.
  var database: String
  var isOfThisDatabase: Bool
  var isActive: Bool
  /// Who receives from it: `pid 4711, application signalbox, 10.0.0.1`.
  var receiver: String?
  /// Whether the log it stood for is gone.
  var isLost: Bool
  var confirmed: LSN?
  var retainedBytes: UInt64
  /// Log that may be written before it is lost; nil where there is no limit.
  var safeBytes: Int64?

  var snapshot: ReplicationLinkSnapshot.Slot {
    ReplicationLinkSnapshot.Slot(
      name: name, active: isActive, retainedBytes: retainedBytes, safeBytes: isLost ? 0 : safeBytes)
  }

  /// Why it cannot be ours; nil where it can.
  var foreignClaim: String? {
    if isOfThisDatabase, plugin == "pgoutput" { return nil }
    let owner = database.isEmpty ? "physical replication" : "the database \(database) and the plugin \(plugin)"
    return
      "the slot \(name) at the source belongs to \(owner): name the clouds of this link otherwise, or drop it with "
      + "SELECT pg_drop_replication_slot(\(SQLText.literal(name)))"
  }

  /// - Returns: nil where there is none of this name.
  static func read(_ name: String, on source: PostgresConnection) async throws -> SourceSlot? {
    // A source that is itself a standby has no current position to write at.
    let rows = try await source.query(
      """
      SELECT s.plugin, s.database, s.database IS NOT DISTINCT FROM current_database() AS own, s.active, s.wal_status = 'lost' OR s.restart_lsn IS NULL AS lost,
        s.confirmed_flush_lsn::text AS confirmed, s.safe_wal_size AS safe,
        greatest(coalesce(pg_wal_lsn_diff(
          CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
          s.restart_lsn), 0), 0)::bigint AS retained,
        'pid ' || s.active_pid || coalesce(', application ' || nullif(a.application_name, ''), '')
          || coalesce(', ' || host(a.client_addr), '') AS receiver
      FROM pg_replication_slots s LEFT JOIN pg_stat_activity a ON a.pid = s.active_pid
      WHERE s.slot_name = $1
      """, [PostgresValue(name)], timeout: .seconds(20))
    return try rows.first.map { row in
      SourceSlot(
        name: name, plugin: try row.getIfPresent("plugin") ?? "",
        database: try row.getIfPresent("database") ?? "", isOfThisDatabase: try row.get("own"),
        isActive: try row.get("active"),
        receiver: try row.getIfPresent("receiver"), isLost: try row.get("lost"),
        confirmed: try row.getIfPresent("confirmed", as: String.self).flatMap { LSN($0) },
        retainedBytes: try row.get("retained"), safeBytes: try row.getIfPresent("safe"))
    }
  }
}
