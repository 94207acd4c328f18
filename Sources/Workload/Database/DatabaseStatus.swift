internal import PostgresAdapter

/// What `/ready` says of the own cloud's database.
struct DatabaseStatus: Sendable, Equatable, Encodable {
  /// As in `primary`, `secondary` (refuses the application's writes) and `standby` (in recovery).
  enum Role: String, Sendable, Encodable { case primary, secondary, standby }

  var reachable: Bool
  var role: Role?
  var writable: Bool
  /// Why it is not reachable.
  var reason: String?

  /// - Parameter timeout: shorter than whoever asks for readiness waits, or a database that hangs would make the
  ///   instance look dead.
  static func ask(_ pool: PostgresPool, within timeout: Duration) async -> DatabaseStatus {
    do {
      let row = try await pool.query(
        """
        SELECT pg_is_in_recovery() AS standby, current_setting('transaction_read_only') = 'off'
          AND has_table_privilege('tasks', 'INSERT') AS writable
        """, timeout: timeout, isRepeatable: true
      ).only()
      let writable: Bool = try row.get("writable")
      let role: Role = try row.get("standby") ? .standby : writable ? .primary : .secondary
      return DatabaseStatus(reachable: true, role: role, writable: writable)
    } catch let error as PostgresError {
      return DatabaseStatus(reachable: error.kind == .server, writable: false, reason: error.description)
    } catch {
      return DatabaseStatus(reachable: false, writable: false, reason: "the request was cancelled")
    }
  }
}
