import Operations
import PostgresAdapter

/// What a look at the database tells of its role.
enum RoleLook {
  static func read(_ applicationRole: String, _ turn: Turn) async throws -> DatabaseRole {
    let role = PostgresValue(applicationRole)
    let row = try await turn.query(facts, [role], preparing: true).only()
    guard try row.get("has_role") else {
      throw RoleError.refused("there is no role \(applicationRole) at this database: check application-role")
    }
    let book = try row.get("has_book") ? try await turn.query(book, preparing: true).first : nil
    let record = try book.map { try RoleRecord($0) }
    let standing = record?.standing ?? .unclaimed
    let clock = Timestamp(microsecondsSinceEpoch: try row.get("clock"))
    var end: Timestamp?
    let armedAt = try book?.getIfPresent("armed_at", as: String.self)
    if standing == .primary, let armedAt, let ends = try row.getIfPresent("ends", as: Int64.self), ends > 1 {
      // A lease that leaves something out is none that may be waited for.
      let holds = try await turn.query(holds, [role, PostgresValue(armedAt)], preparing: true).only()
      if try holds.get("holds") { end = Timestamp(microsecondsSinceEpoch: ends) }
    }
    let mayWrite = try !row.get("recovery", as: Bool.self) && row.get("may_write", as: Bool.self)
    let isReadOnly: Bool = try row.get("read_only")
    let hasEnded = end.map { $0 <= clock } ?? false
    return DatabaseRole(
      standing: standing, generation: record?.generation ?? Generation(0),
      // A session may undo a read-only default, so at a fenced database a privilege alone is a hole.
      takesWrites: mayWrite && !hasEnded && (standing == .fenced || !isReadOnly), leaseExpiresAt: end, clock: clock,
      position: LSN(try row.get("position")) ?? .zero)
  }

  private static let facts = """
    WITH \(ApplicationSQL.relation), \(ApplicationSQL.writer), \(ApplicationSQL.writable)
    SELECT pg_is_in_recovery() AS recovery, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock,
      coalesce(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, '0/0')::text
        AS position,
      EXISTS (SELECT FROM pg_roles WHERE rolname = $1::name) AS has_role,
      to_regclass('signalbox.role') IS NOT NULL AS has_book, EXISTS (SELECT FROM writable) AS may_write,
      \(ApplicationSQL.readOnly) AS read_only, \(LeaseSQL.end) AS ends
    """

  private static let book = """
    SELECT \(RoleRecord.columns), armed_at::text AS armed_at FROM signalbox.role WHERE id = 1
    """

  private static let holds = """
    WITH \(ApplicationSQL.relation), \(ApplicationSQL.writer), \(ApplicationSQL.writable), \(LeaseSQL.uncovered),
      \(ApplicationSQL.session), \(LeaseSQL.unsettled)
    SELECT NOT EXISTS (SELECT FROM uncovered) AND NOT EXISTS (SELECT FROM unsettled) AS holds
    """
}
