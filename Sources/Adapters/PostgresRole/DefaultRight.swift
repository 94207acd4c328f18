import Operations
import PostgresAdapter

/// A right that new tables or sequences of an owner come with (`ALTER DEFAULT PRIVILEGES`). Taken away by a fence, or a
/// table that is made later would be writable.
struct DefaultRight: Sendable, Equatable {
  var owner: String
  /// nil for all of the owner's schemas.
  var schema: String?
  var isSequence: Bool
  var privilege: Privilege

  /// As they stand now.
  static func read(_ applicationRole: String, _ turn: Turn) async throws -> [DefaultRight] {
    try await turn.query(
      """
      SELECT o.rolname::text AS owner, coalesce(n.nspname::text, '') AS schema, d.defaclobjtype::text AS kind,
        e.privilege_type || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege
      FROM pg_default_acl d CROSS JOIN LATERAL aclexplode(d.defaclacl) e JOIN pg_roles o ON o.oid = d.defaclrole
        LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
      WHERE e.grantee = (SELECT oid FROM pg_roles WHERE rolname = $1::name)
        -- What an owner may do with its own new tables is nobody's gift.
        AND e.grantee <> d.defaclrole
        AND (d.defaclobjtype = 'r' AND e.privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
          OR d.defaclobjtype = 'S' AND e.privilege_type IN ('USAGE', 'UPDATE'))
      ORDER BY 1, 2, 3, 4
      """, [PostgresValue(applicationRole)]
    ).map { try DefaultRight($0) }
  }

  static func remembered(_ turn: Turn) async throws -> [DefaultRight] {
    try await turn.query(
      "SELECT owner, schema, kind, privilege FROM signalbox.role_default ORDER BY 1, 2, 3, 4"
    ).map { try DefaultRight($0) }
  }

  private init(_ row: PostgresRow) throws {
    let text: String = try row.get("privilege")
    guard let privilege = Privilege(text) else {
      throw RoleError.refused("signalbox.role_default has a privilege that is none: \(text)")
    }
    let schema: String = try row.get("schema")
    owner = try row.get("owner")
    self.schema = schema.isEmpty ? nil : schema
    isSequence = try row.get("kind", as: String.self) == "S"
    self.privilege = privilege
  }

  /// Adds them to what is remembered.
  static func record(_ rights: [DefaultRight], _ turn: Turn) async throws {
    guard !rights.isEmpty else { return }
    let columns = [
      rights.map(\.owner), rights.map { $0.schema ?? "" }, rights.map { $0.isSequence ? "S" : "r" },
      rights.map(\.privilege.text),
    ]
    try await turn.query(
      """
      INSERT INTO signalbox.role_default SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      ON CONFLICT DO NOTHING
      """, columns.map { PostgresValue(Quoted.array($0)) })
  }

  static func forget(_ turn: Turn) async throws { try await turn.execute("DELETE FROM signalbox.role_default") }

  static func byOwner(_ rights: [DefaultRight]) -> [(owner: String, rights: [DefaultRight])] {
    Dictionary(grouping: rights, by: \.owner).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private var scope: String {
    let schema = schema.map { " IN SCHEMA \(Quoted.identifier($0))" } ?? ""
    return "ALTER DEFAULT PRIVILEGES FOR ROLE \(Quoted.identifier(owner))\(schema)"
  }

  private var objects: String { isSequence ? "SEQUENCES" : "TABLES" }

  func revocation(from applicationRole: String) -> String {
    "\(scope) REVOKE \(privilege.clause) ON \(objects) FROM \(Quoted.identifier(applicationRole))"
  }

  func grant(to applicationRole: String) -> String {
    "\(scope) GRANT \(privilege.clause) ON \(objects) TO \(Quoted.identifier(applicationRole))"
      + (privilege.isGrantable ? " WITH GRANT OPTION" : "")
  }
}
