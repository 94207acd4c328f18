import Operations
import PostgresAdapter

/// What is kept of the role, in the schema `signalbox` of the database itself.
struct RoleBook: Sendable {
  let applicationRole: String

  /// A replication link may make the schema at the same time, and `IF NOT EXISTS` does not keep them from each other's
  /// way. The number is the one that it takes.
  private static let lock = 7_338_441_205

  private static let tables = """
    CREATE SCHEMA IF NOT EXISTS signalbox;
    -- armed_at: since when the lease holds, while it does.
    CREATE TABLE IF NOT EXISTS signalbox.role (
      id int PRIMARY KEY CHECK (id = 1), application name NOT NULL, standing text NOT NULL,
      generation bigint NOT NULL, actor text NOT NULL, changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      armed_at timestamptz);
    -- What a promotion gives back. Without a grantor it is what the other side's application may do.
    CREATE TABLE IF NOT EXISTS signalbox.role_right (
      relation text NOT NULL, privilege text NOT NULL, grantor text, PRIMARY KEY (relation, privilege));
    -- Rights that an owner's new tables and sequences came with; an empty schema is all of them.
    CREATE TABLE IF NOT EXISTS signalbox.role_default (
      owner text NOT NULL, schema text NOT NULL, kind text NOT NULL, privilege text NOT NULL,
      PRIMARY KEY (owner, schema, kind, privilege));
    CREATE TABLE IF NOT EXISTS signalbox.role_check (
      id int PRIMARY KEY, generation bigint NOT NULL, token text NOT NULL,
      written_at timestamptz NOT NULL DEFAULT clock_timestamp());
    """

  /// Names of what ``make(_:)`` makes.
  private static let names = ["role", "role_right", "role_default", "role_check", "lease_end", "lease_guard"]

  /// Makes what is missing, and brings functions up to date. Where the role may make nothing, what someone else has made
  /// serves as well.
  ///
  /// - Throws: ``RoleError/refused(_:)`` with the statement that helps; `PostgresError`.
  func make(_ turn: Turn) async throws {
    let first = """
      INSERT INTO signalbox.role VALUES (1, \(Quoted.literal(applicationRole)), 'unclaimed', 0, '')
        ON CONFLICT (id) DO NOTHING
      """
    do {
      try await turn.transaction {
        try await turn.execute("SELECT pg_advisory_xact_lock(\(Self.lock))")
        try await turn.execute(
          [Self.tables, LeaseSQL.tables, LeaseSQL.functions, LeaseSQL.guardTrigger, first]
            .joined(separator: "\n"))
      }
    } catch let error as PostgresError where error.sqlState == "42501" {
      guard try await !isComplete(turn) else { return }
      throw RoleError.refused(try await remedy(turn))
    }
  }

  private func isComplete(_ turn: Turn) async throws -> Bool {
    let row = try await turn.query(
      """
      SELECT count(*)::int AS made FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'signalbox' AND c.relname = ANY ($1::text[])
        AND (c.relkind = 'S' OR has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE'))
      """, [PostgresValue(Quoted.array(Self.names))]
    ).only()
    return try row.get("made") == Self.names.count
  }

  private func remedy(_ turn: Turn) async throws -> String {
    let row = try await turn.query(
      """
      SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
        EXISTS (SELECT FROM pg_namespace WHERE nspname = 'signalbox') AS has_schema,
        (SELECT string_agg(format('ALTER TABLE signalbox.%I OWNER TO %I', c.relname, current_user), '; ')
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'signalbox' AND c.relname = ANY ($1::text[]) AND NOT pg_has_role(c.relowner, 'USAGE'))
          AS foreign_tables
      """, [PostgresValue(Quoted.array(Self.names))]
    ).only()
    let role: String = try row.get("role")
    let database: String = try row.get("database")
    let grant: String =
      try row.getIfPresent("foreign_tables")
      ?? (try row.get("has_schema")
        ? "GRANT USAGE, CREATE ON SCHEMA signalbox TO \(role)" : "GRANT CREATE ON DATABASE \(database) TO \(role)")
    return "what is kept of the role cannot be made in the schema signalbox: \(grant)"
  }

  static func read(_ turn: Turn) async throws -> RoleRecord? {
    try await turn.query(
      "SELECT \(RoleRecord.columns) FROM signalbox.role WHERE id = 1", preparing: true
    ).first.map { try RoleRecord($0) }
  }
}
