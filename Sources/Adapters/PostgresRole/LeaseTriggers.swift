import Operations
import PostgresAdapter

/// The triggers by which a lease ends the application's writes, one on each table that it may write to.
struct LeaseTriggers: Sendable {
  let applicationRole: String

  /// Puts them on tables that have none.
  ///
  /// - Throws: ``RoleError`` naming the tables that could not be had; the others are covered.
  func cover(_ turn: Turn) async throws {
    try await refuseTwoPhases(turn)
    let rows = try await turn.query(
      """
      WITH \(ApplicationSQL.relation), \(ApplicationSQL.writer), \(ApplicationSQL.writable), \(LeaseSQL.uncovered)
      SELECT u.relation, has_table_privilege(u.oid, 'TRIGGER') AS may, quote_ident(current_user) AS own FROM uncovered u
      ORDER BY 1
      """, [PostgresValue(applicationRole)])
    var denied: [String] = []
    var locked: [String] = []
    for row in rows {
      let table: String = try row.get("relation")
      guard try row.get("may") else {
        denied.append("GRANT TRIGGER ON \(table) TO \(try row.get("own", as: String.self))")
        continue
      }
      if try await !make(on: table, turn) { locked.append(table) }
    }
    if !denied.isEmpty {
      throw RoleError.refused("the lease does not cover all tables: \(denied.joined(separator: "; "))")
    }
    guard locked.isEmpty else {
      throw RoleError.unreachable(
        "the lease does not cover \(locked.joined(separator: ", ")) yet: a transaction that writes there has the lock")
    }
  }

  /// - Returns: false when its lock was not to be had.
  private func make(on table: String, _ turn: Turn) async throws -> Bool {
    do {
      // New writers of the table wait while this does.
      let milliseconds = max(1, Int(turn.limits.tableLock.inMilliseconds))
      try await turn.transaction {
        _ = try await turn.execute("SET LOCAL lock_timeout = \(milliseconds); \(LeaseSQL.make(on: table))")
      }
      return true
    } catch let error as PostgresError {
      switch error.sqlState {
      case "55P03": return false
      // Another controller was faster, or the table has gone.
      case "42710", "42P01": return true
      default: throw error
      }
    }
  }

  /// What is prepared passes its last look at the lease then, and may be committed at any time.
  private func refuseTwoPhases(_ turn: Turn) async throws {
    let isPossible: Bool = try await turn.query(
      "SELECT current_setting('max_prepared_transactions')::int > 0 AS possible", preparing: true
    ).only().get("possible")
    guard !isPossible else {
      throw RoleError.refused(
        "a lease cannot end prepared transactions, which this server allows: set max_prepared_transactions to 0 and "
          + "restart it, or fence by proof")
    }
  }
}
