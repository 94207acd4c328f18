import Operations
import PostgresAdapter

/// Ends the application's sessions: a statement that runs was let in before the fence.
struct SessionEnd: Sendable {
  let applicationRole: String
  let generation: Generation

  /// - Returns: how many there were.
  /// - Throws: ``RoleError/notProven(_:)`` when one does not end in time; ``RoleError/superseded(standing:)``.
  func run(_ turn: Turn) async throws -> Int {
    let deadline = min(ContinuousClock.now + turn.limits.sessionEnd, turn.deadline)
    // Later ones were let in by the fence, as readers.
    let since: String = try await turn.query("SELECT clock_timestamp()::text AS since").only().get("since")
    var seen: Set<Int> = []
    var pause = Duration.milliseconds(5)
    while true {
      let left = try await end(since, turn)
      seen.formUnion(left)
      if left.isEmpty { return seen.count }
      guard ContinuousClock.now < deadline else {
        throw RoleError.notProven(
          "sessions of \(applicationRole) did not end in \(turn.limits.sessionEnd): process "
            + left.map(String.init).joined(separator: ", "))
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, .milliseconds(100))
    }
  }

  /// Tells each of them to end; a controller that is outdone ends nobody.
  ///
  /// - Returns: those that are there still.
  private func end(_ since: String, _ turn: Turn) async throws -> [Int] {
    do {
      let rows = try await turn.query(
        """
        WITH \(ApplicationSQL.session), standing AS (
          SELECT FROM signalbox.role WHERE id = 1 AND standing = 'fenced' AND generation = $3::bigint)
        SELECT s.pid, pg_terminate_backend(s.pid) AS told
        FROM session s WHERE coalesce(s.backend_start <= $2::timestamptz, true) AND EXISTS (SELECT FROM standing)
        UNION ALL SELECT 0, false WHERE NOT EXISTS (SELECT FROM standing)
        """, [PostgresValue(applicationRole), PostgresValue(since), PostgresValue(generation.rawValue)])
      let processes = try rows.map { try $0.get("pid", as: Int.self) }
      guard !processes.contains(0) else {
        let now = try await RoleBook.read(turn)
        throw RoleError.superseded(standing: now?.generation ?? generation)
      }
      return processes
    } catch let error as PostgresError where error.sqlState == "42501" {
      let role: String = try await turn.query("SELECT quote_ident(session_user) AS role").only().get("role")
      throw RoleError.refused(
        "a session that writes by \(applicationRole)'s rights cannot be ended: GRANT pg_signal_backend TO \(role)")
    }
  }
}
