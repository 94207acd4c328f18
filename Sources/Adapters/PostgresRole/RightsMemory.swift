import Operations
import PostgresAdapter

/// The rights that a promotion gives back, in `signalbox.role_right`.
enum RightsMemory {
  struct Entry: Sendable, Equatable {
    var relation: String
    var privilege: Privilege
    /// Who gave it here; nil for what is known from the other side.
    var grantor: String?
  }

  static func read(_ turn: Turn) async throws -> [Entry] {
    try await turn.query("SELECT relation, privilege, grantor FROM signalbox.role_right ORDER BY 1, 2").map { row in
      let text: String = try row.get("privilege")
      guard let privilege = Privilege(text) else {
        throw RoleError.refused("signalbox.role_right has a privilege that is none: \(text)")
      }
      return Entry(relation: try row.get("relation"), privilege: privilege, grantor: try row.getIfPresent("grantor"))
    }
  }

  /// What a fence found.
  ///
  /// - Parameter replacing: whether it is all that the application had. Otherwise something was taken away before, and
  ///   what is known of that stays.
  static func record(_ rights: [HeldRight], replacing: Bool, _ turn: Turn) async throws {
    guard !rights.isEmpty else { return }
    try await turn.query(
      "DELETE FROM signalbox.role_right WHERE $1::bool OR relation = ANY ($2::text[])",
      [PostgresValue(replacing), PostgresValue(Quoted.array(rights.map(\.relation)))])
    try await insert(rights.map { Entry(relation: $0.relation, privilege: $0.privilege, grantor: $0.grantor) }, turn)
  }

  /// What the other side's application may do. What only this side has, as a fence here found it, stays.
  static func replace(_ rights: [TableRight], _ turn: Turn) async throws {
    let entries = try rights.flatMap { right in
      try right.privileges.map { text in
        guard let privilege = Privilege(text) else {
          throw RoleError.refused("\(text) on \(right.table) is no privilege of an application to write")
        }
        return Entry(relation: right.table, privilege: privilege, grantor: nil)
      }
    }
    // A fence's own entry that says the same stays: it knows who gave the right.
    try await turn.query(
      """
      DELETE FROM signalbox.role_right r WHERE (r.grantor IS NULL OR r.relation = ANY ($1::text[])) AND NOT EXISTS (
        SELECT FROM unnest($1::text[], $2::text[]) AS n (relation, privilege)
        WHERE n.relation = r.relation AND n.privilege = r.privilege)
      """, parameters(entries))
    try await insert(entries, turn)
  }

  private static func parameters(_ entries: [Entry]) -> [PostgresValue?] {
    [
      PostgresValue(Quoted.array(entries.map(\.relation))), PostgresValue(Quoted.array(entries.map(\.privilege.text))),
    ]
  }

  private static func insert(_ entries: [Entry], _ turn: Turn) async throws {
    try await turn.query(
      """
      INSERT INTO signalbox.role_right SELECT n.relation, n.privilege, nullif(n.grantor, '')
      FROM unnest($1::text[], $2::text[], $3::text[]) AS n (relation, privilege, grantor)
      ON CONFLICT (relation, privilege) DO NOTHING
      """, parameters(entries) + [PostgresValue(Quoted.array(entries.map { $0.grantor ?? "" }))])
  }
}
