import Operations
import PostgresAdapter

/// The questions put to a database, and what their answers mean.
enum DatabaseLook {
  /// `$1` is the application role.
  ///
  /// The role may write when neither its own settings nor the database's or the server's make transactions read-only,
  /// and it may insert into at least one table of the application: a fence takes both away. Nor must the lease have run
  /// out, whose end is a sequence's value in microseconds since 1970, 0 for none (`Adapters/PostgresRole`).
  static let sql = """
    SELECT pg_is_in_recovery() AS recovery,
      current_setting('server_version') AS version,
      current_setting('max_connections')::int AS max_connections,
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS connections,
      (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock,
      CASE WHEN pg_is_in_recovery() THEN NULL
        ELSE (pg_current_wal_lsn() - '0/0'::pg_lsn)::numeric(20)::text END AS wal,
      coalesce(
        (SELECT option_value FROM pg_db_role_setting s, pg_options_to_table(s.setconfig)
         WHERE option_name = 'default_transaction_read_only'
           AND s.setrole IN (0, (SELECT oid FROM pg_roles WHERE rolname = $1::name))
           AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
         ORDER BY s.setrole = 0, s.setdatabase = 0 LIMIT 1),
        (SELECT reset_val FROM pg_settings WHERE name = 'default_transaction_read_only'))::bool AS read_only,
      EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'signalbox')
          AND n.nspname NOT LIKE 'pg\\_%' AND has_table_privilege($1::name, c.oid, 'INSERT')) AS may_insert,
      coalesce((SELECT last_value <> 0 AND last_value <= extract(epoch FROM clock_timestamp()) * 1000000
        FROM pg_sequences WHERE schemaname = 'signalbox' AND sequencename = 'lease_end'), false) AS lease_ended,
      to_regclass('signalbox.heartbeat') IS NOT NULL AS has_heartbeat,
      CASE WHEN pg_is_in_recovery() THEN '' ELSE coalesce(
        (SELECT string_agg(format('%s %s %s', slot_name, active::int,
            greatest(0, pg_current_wal_lsn() - confirmed_flush_lsn)), E'\\n')
         FROM pg_replication_slots
         WHERE slot_type = 'logical' AND database = current_database() AND NOT temporary), '') END AS slots
    """

  static let heartbeat = """
    SELECT (extract(epoch FROM beaten_at) * 1000000)::bigint AS beaten FROM signalbox.heartbeat WHERE id = 1
    """

  static let beat = """
    INSERT INTO signalbox.heartbeat VALUES (1, clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET beaten_at = excluded.beaten_at
    """

  static func observation(_ row: PostgresRow, heartbeat: Int64?) throws -> DatabaseObservation {
    let recovery: Bool = try row.get("recovery")
    let writable =
      try !recovery && !row.get("read_only", as: Bool.self) && row.get("may_insert", as: Bool.self)
      && !row.get("lease_ended", as: Bool.self)
    let database = DatabaseSnapshot(
      role: recovery ? .standby : writable ? .primary : .secondary, writable: writable,
      connections: try row.get("connections"), maxConnections: try row.get("max_connections"),
      version: try row.get("version"), walPosition: try row.getIfPresent("wal", as: String.self).flatMap(UInt64.init))
    return DatabaseObservation(
      database: database, heartbeat: heartbeat.map { Timestamp(microsecondsSinceEpoch: $0) },
      clock: Timestamp(microsecondsSinceEpoch: try row.get("clock")), slots: slots(try row.get("slots")))
  }

  private static func slots(_ text: String) -> [DatabaseObservation.Slot] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard words.count == 3, let bytes = UInt64(words[2]) else { return nil }
      return DatabaseObservation.Slot(name: String(words[0]), active: words[1] == "1", lagBytes: bytes)
    }
  }
}
