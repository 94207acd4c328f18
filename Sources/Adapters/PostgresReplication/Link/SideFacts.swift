import PostgresAdapter

/// What a database says of itself and of the role that a link uses there.
struct SideFacts: Sendable {
  var role: String
  var database: String
  var encoding: String
  var walLevel: String
  var tracksCommitTime: Bool
  var slots: (used: Int, limit: Int)
  var senders: (used: Int, limit: Int)
  var mayCreateInDatabase: Bool
  var mayMakeTemporaryTables: Bool
  /// Whether foreign keys and triggers can be kept silent for what is applied.
  var maySilence: Bool
  var hasSchema: Bool
  /// Whether tables can be made in that schema.
  var mayCreateInSchema: Bool
  /// Limit of the log that slots may keep; nil where there is none.
  var slotLimitBytes: Int64?
  var isManaged: Managed?

  enum Managed: String, Sendable { case rds, azure }

  /// - Throws: ``PostgresError``.
  static func read(_ connection: PostgresConnection) async throws -> SideFacts {
    let row = try await connection.query(sql, timeout: .seconds(20)).only()
    let limit: Int64 = try row.get("slot_limit")
    return SideFacts(
      role: try row.get("role"), database: try row.get("database"), encoding: try row.get("encoding"),
      walLevel: try row.get("wal_level"),
      tracksCommitTime: try row.get("commit_time"), slots: (try row.get("slots"), try row.get("max_slots")),
      senders: (try row.get("senders"), try row.get("max_senders")), mayCreateInDatabase: try row.get("may_create"),
      mayMakeTemporaryTables: try row.get("may_temporary"), maySilence: await maySilence(connection),
      hasSchema: try row.get("has_schema"), mayCreateInSchema: try row.get("may_create_in_schema"),
      slotLimitBytes: limit < 0 ? nil : limit,
      isManaged: try row.get("is_rds") ? .rds : try row.get("is_azure") ? .azure : nil)
  }

  /// Tried, because what a provider grants cannot be read from the catalog.
  private static func maySilence(_ connection: PostgresConnection) async -> Bool {
    (try? await connection.execute(
      "BEGIN; SET LOCAL session_replication_role = replica; ROLLBACK", timeout: .seconds(10))) != nil
      ? true : await rollBack(connection)
  }

  private static func rollBack(_ connection: PostgresConnection) async -> Bool {
    _ = try? await connection.execute("ROLLBACK", timeout: .seconds(10))
    return false
  }

  private static let sql = """
    SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
      current_setting('server_encoding') AS encoding,
      current_setting('wal_level') AS wal_level, current_setting('track_commit_timestamp')::bool AS commit_time,
      (SELECT count(*) FROM pg_replication_slots)::int AS slots,
      current_setting('max_replication_slots')::int AS max_slots,
      (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender')::int AS senders,
      current_setting('max_wal_senders')::int AS max_senders,
      has_database_privilege(current_database(), 'CREATE') AS may_create,
      has_database_privilege(current_database(), 'TEMPORARY') AS may_temporary,
      EXISTS (SELECT FROM pg_namespace WHERE nspname = 'signalbox') AS has_schema,
      EXISTS (SELECT FROM pg_namespace WHERE nspname = 'signalbox' AND has_schema_privilege(oid, 'CREATE'))
        AS may_create_in_schema,
      CASE WHEN current_setting('max_slot_wal_keep_size') = '-1' THEN -1
        ELSE pg_size_bytes(current_setting('max_slot_wal_keep_size')) END AS slot_limit,
      EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_superuser') AS is_rds,
      EXISTS (SELECT FROM pg_roles WHERE rolname = 'azure_pg_admin') AS is_azure
    """
}
