import Operations
import PostgresAdapter

extension Bookkeeping {
  /// Two links may be prepared at once, and `IF NOT EXISTS` does not keep them from each other's way.
  private static let lock = 7_338_441_205

  /// Makes what is missing. Where the role may make nothing, what someone else has made serves as well.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` with the statement that helps; ``PostgresError``.
  static func make(on connection: PostgresConnection, side: String) async throws {
    try await makeTables(on: connection, side: side)
    try await makeIndex(on: connection)
  }

  /// By which the conflicts of each table are counted.
  static let conflictIndex = "conflict_by_table"

  /// It makes every look quicker where there are many conflicts, and nothing waits for it: where the role does not own
  /// the table, or somebody is writing it, there is none.
  private static func makeIndex(on connection: PostgresConnection) async throws {
    // Even where it is there, to make it would wait for whoever writes the table.
    guard try await !exists(conflictIndex, on: connection) else { return }
    do {
      try await connection.execute(
        """
        SELECT pg_advisory_xact_lock(\(lock)); SET LOCAL lock_timeout = '5s';
        CREATE INDEX IF NOT EXISTS \(conflictIndex) ON signalbox.conflict (link, table_name)
        """, timeout: .seconds(300))
    } catch let error as PostgresError where error.kind == .server {}
  }

  private static func makeTables(on connection: PostgresConnection, side: String) async throws {
    do {
      try await connection.execute("SELECT pg_advisory_xact_lock(\(lock)); \(schema)", timeout: .seconds(30))
    } catch let error as PostgresError where error.sqlState == "42501" {
      var missing: [String] = []
      for table in tables where try await !exists(table, on: connection) { missing.append(table) }
      guard !missing.isEmpty else { return }
      let hasSchema =
        try await connection.query(
          "SELECT FROM pg_namespace WHERE nspname = 'signalbox'", timeout: .seconds(20)
        ).count == 1
      let who = try await connection.query(
        "SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database", timeout: .seconds(20)
      ).only()
      let role: String = try who.get("role")
      let database: String = try who.get("database")
      throw LinkFailure.blocked(
        "the tables of the schema signalbox cannot be made at the \(side): "
          + (hasSchema
            ? "GRANT USAGE, CREATE ON SCHEMA signalbox TO \(role)" : "GRANT CREATE ON DATABASE \(database) TO \(role)"))
    }
  }

  static func exists(_ table: String, on connection: PostgresConnection) async throws -> Bool {
    try await connection.query(
      """
      SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = 'signalbox' AND c.relname = $1
      """, [PostgresValue(table)], timeout: .seconds(20)
    ).count == 1
  }

  /// Names of the tables that ``schema`` makes.
  static var tables: [String] {
    schema.split(separator: "CREATE TABLE IF NOT EXISTS signalbox.").dropFirst().map { part in
      String(part.prefix { $0.isLetter || $0 == "_" })
    }
  }
}
