import Operations
import PostgresAdapter

/// A right to write that the application has by something that a fence cannot take from it alone.
struct Leak: Sendable, Equatable {
  var relation: String
  var privileges: [String]
  /// A role, or nil for everybody (PUBLIC).
  var source: String?
  /// Whether the source has the right by its nature, as `pg_write_all_data` and superusers have, and not by a grant.
  var isInnate: Bool

  /// - Parameter limit: at most so many, for one tells enough.
  static func read(_ applicationRole: String, limit: Int = 20, _ turn: Turn) async throws -> [Leak] {
    try await turn.query(sql + " LIMIT \(limit)", [PostgresValue(applicationRole)]).map { row in
      let privileges: String = try row.get("privileges")
      return Leak(
        relation: try row.get("relation"), privileges: privileges.split(separator: ",").map(String.init),
        source: try row.getIfPresent("source"), isInnate: try row.get("innate"))
    }
  }

  /// A role that the application is a member of counts whether its rights are inherited or must be taken on by SET ROLE.
  private static let sql = """
    WITH \(ApplicationSQL.relation), \(ApplicationSQL.writer),
    grantee AS (
      SELECT w.oid, w.rolname, r.rolsuper FROM writer w JOIN pg_roles r ON r.oid = w.oid WHERE w.rolname <> $1::name
      UNION ALL SELECT 0, NULL, false),
    entry AS (
      SELECT r.oid, e.grantee, e.privilege_type FROM relation r CROSS JOIN LATERAL aclexplode(r.acl) e
      UNION ALL
      SELECT r.oid, e.grantee, e.privilege_type FROM relation r
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL aclexplode(a.attacl) e)
    SELECT r.relation, g.rolname::text AS source, false AS innate,
      string_agg(DISTINCT e.privilege_type, ',' ORDER BY e.privilege_type) AS privileges
    FROM entry e JOIN relation r ON r.oid = e.oid JOIN grantee g ON g.oid = e.grantee
    WHERE r.relkind <> 'S' AND e.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
    GROUP BY r.relation, g.rolname
    UNION ALL
    SELECT 'every table', g.rolname::text, true, 'INSERT,UPDATE,DELETE' FROM grantee g
    WHERE g.rolname = 'pg_write_all_data' OR g.rolsuper
    ORDER BY 1, 2
    """

  func remedy(for applicationRole: String) -> String {
    let role = Quoted.plain(applicationRole)
    let kinds = privileges.joined(separator: ", ")
    guard let source else {
      return "REVOKE \(kinds) ON \(relation) FROM PUBLIC (and GRANT it to \(role) and whoever else needs it)"
    }
    return "REVOKE \(Quoted.plain(source)) FROM \(role)"
      + (isInnate ? "" : " (and GRANT \(kinds) ON \(relation) TO \(role))")
  }

  /// `INSERT on public.task by PUBLIC: REVOKE …`
  func text(for applicationRole: String) -> String {
    "\(privileges.joined(separator: ", ")) on \(relation) "
      + (source.map { "by the role \($0)" } ?? "as everybody has it (PUBLIC)") + ": \(remedy(for: applicationRole))"
  }
}
