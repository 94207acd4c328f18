import Operations
import PostgresAdapter

/// What this program's own role may do to the application's tables. Where it could by the application's rights alone, as
/// when the application owns its tables, a fence would take it along, and with it replication.
struct OwnRights: Sendable {
  private var privileges: [String: Set<String>] = [:]
  private var owners: [String: String] = [:]

  static func read(_ turn: Turn) async throws -> OwnRights {
    let rows = try await turn.query(
      """
      WITH \(ApplicationSQL.relation)
      SELECT r.relation, r.relkind = 'S' AS is_sequence, o.rolname::text AS owner, u.privilege
      FROM relation r JOIN pg_roles o ON o.oid = r.relowner CROSS JOIN LATERAL (
        SELECT p AS privilege FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p
        WHERE r.relkind <> 'S' AND has_table_privilege(session_user, r.oid, p)
        UNION ALL
        SELECT p FROM unnest(ARRAY['SELECT', 'USAGE', 'UPDATE']) AS p
        WHERE r.relkind = 'S' AND has_sequence_privilege(session_user, r.oid, p)) u
      """)
    var own = OwnRights()
    for row in rows {
      let name = (try row.get("is_sequence") ? "SEQUENCE " : "") + (try row.get("relation", as: String.self))
      own.privileges[name, default: []].insert(try row.get("privilege"))
      own.owners[name] = try row.get("owner")
    }
    return own
  }

  /// Grants what has gone since, as the owner of each.
  func restore(_ turn: Turn) async throws {
    let now = try await OwnRights.read(turn)
    let lost = privileges.map { name, before in
      (name: name, privileges: before.subtracting(now.privileges[name] ?? []).sorted())
    }.filter { !$0.privileges.isEmpty }.sorted { $0.name < $1.name }
    guard !lost.isEmpty else { return }
    let own: String = try await turn.query("SELECT quote_ident(session_user) AS role").only().get("role")
    for (owner, lost) in Dictionary(grouping: lost, by: { owners[$0.name] ?? "" }).sorted(by: { $0.key < $1.key }) {
      try await turn.execute(
        lost.map { "GRANT \($0.privileges.joined(separator: ", ")) ON \($0.name) TO \(own)" }, as: owner)
    }
  }
}
