import Operations
import PostgresAdapter

/// A right that was given to the application role itself, and by whom.
struct HeldRight: Sendable, Equatable {
  /// As SQL has it, quoted where it needs that.
  var relation: String
  var isSequence: Bool
  var privilege: Privilege
  var grantor: String

  /// All of them. What comes by other roles or is everybody's is not among them: see ``Leak``.
  static func read(_ applicationRole: String, _ turn: Turn) async throws -> [HeldRight] {
    try await turn.query(sql, [PostgresValue(applicationRole)]).map { row in
      let kind: String = try row.get("privilege")
      let columns = try row.getIfPresent("columns", as: String.self)
      guard let kind = Privilege.Kind(rawValue: kind) else { throw RoleError.refused("\(kind) is no known privilege") }
      return HeldRight(
        relation: try row.get("relation"), isSequence: try row.get("is_sequence"),
        privilege: Privilege(
          kind: kind, columns: columns.map { $0.split(separator: "\u{1F}").map(String.init) } ?? [],
          isGrantable: try row.get("grantable")), grantor: try row.get("grantor"))
    }
  }

  /// An owner may do everything until something is written down of it, which `acldefault` says.
  private static let sql = """
    WITH \(ApplicationSQL.relation), app AS (SELECT oid FROM pg_roles WHERE rolname = $1::name),
    entry AS (
      SELECT r.oid, NULL::name AS column_name, e.privilege_type, e.is_grantable, e.grantor
      FROM relation r CROSS JOIN LATERAL aclexplode(r.acl) e JOIN app ON e.grantee = app.oid
      UNION ALL
      SELECT r.oid, a.attname, e.privilege_type, e.is_grantable, e.grantor
      FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
        CROSS JOIN LATERAL aclexplode(a.attacl) e JOIN app ON e.grantee = app.oid)
    SELECT r.relation, r.relkind = 'S' AS is_sequence, e.privilege_type AS privilege, e.is_grantable AS grantable,
      g.rolname::text AS grantor, string_agg(e.column_name, chr(31) ORDER BY e.column_name) AS columns
    FROM entry e JOIN relation r ON r.oid = e.oid JOIN pg_roles g ON g.oid = e.grantor
    WHERE CASE WHEN r.relkind = 'S' THEN e.privilege_type IN ('USAGE', 'UPDATE')
      ELSE e.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE') END
    GROUP BY r.relation, r.relkind, e.privilege_type, e.is_grantable, g.rolname, e.column_name IS NULL
    ORDER BY 1, 3, 6
    """

  /// What takes the rights away, by who must say it.
  static func revocation(of rights: [HeldRight], from applicationRole: String) -> [(grantor: String, sql: [String])] {
    let role = Quoted.identifier(applicationRole)
    return Dictionary(grouping: rights, by: \.grantor).sorted { $0.key < $1.key }.map { grantor, rights in
      let statements = Dictionary(grouping: rights, by: \.relation).sorted { $0.key < $1.key }.map { relation, rights in
        let kinds = Set(rights.map(\.privilege.kind.rawValue)).sorted().joined(separator: ", ")
        // Of a table, a privilege goes with that of its columns.
        return "REVOKE \(kinds) ON \(rights[0].isSequence ? "SEQUENCE " : "")\(relation) FROM \(role)"
      }
      return (grantor, statements)
    }
  }
}

extension [HeldRight] {
  /// As the port has them, by table.
  var tableRights: [TableRight] {
    Dictionary(grouping: self, by: \.relation).map { relation, rights in
      TableRight(table: relation, privileges: Set(rights.map(\.privilege.text)).sorted())
    }.sorted()
  }
}
