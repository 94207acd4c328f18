import Operations
import PostgresAdapter

/// What this program's role lacks for taking the application's rights and giving them back, each with the statement that
/// mends it.
enum RoleObstacles {
  /// - Throws: ``RoleError/refused(_:)`` naming all of them; `PostgresError`.
  static func check(_ applicationRole: String, rights: [HeldRight], defaults: [DefaultRight], _ turn: Turn)
    async throws
  {
    let application = try await turn.query(
      """
      SELECT rolsuper AS super, quote_ident(rolname) AS name, rolname = session_user AS own FROM pg_roles
      WHERE rolname = $1::name
      """,
      [PostgresValue(applicationRole)]
    ).first
    guard let application else {
      throw RoleError.refused("there is no role \(applicationRole) at this database: check application-role")
    }
    guard try !application.get("super", as: Bool.self) else {
      throw RoleError.refused(
        "the application's role \(applicationRole) is a superuser, whom nothing fences: ALTER ROLE "
          + "\(try application.get("name", as: String.self)) NOSUPERUSER")
    }
    guard try !application.get("own", as: Bool.self) else {
      throw RoleError.refused(
        "the application and Signalbox log in as the same role \(applicationRole), which would fence itself: give "
          + "Signalbox a role of its own")
    }
    var texts: [String] = []
    let needed = Set([applicationRole] + rights.map(\.grantor) + defaults.map(\.owner)).sorted()
    for role in try await lacking(needed, turn) {
      texts.append(text(role, applicationRole, rights, defaults))
    }
    guard texts.isEmpty else { throw RoleError.refused(texts.joined(separator: "; ")) }
  }

  private struct Missing: Sendable {
    var name: String
    var isSuperuser: Bool
    /// Both quoted as a statement has them.
    var quoted: String
    var own: String
  }

  /// Roles that cannot be taken on.
  private static func lacking(_ roles: [String], _ turn: Turn) async throws -> [Missing] {
    try await turn.query(
      """
      SELECT rolname::text AS name, rolsuper AS super, quote_ident(rolname) AS quoted, quote_ident(session_user) AS own
      FROM pg_roles WHERE rolname = ANY ($1::text[]::name[])
        AND NOT pg_has_role(session_user, oid, '\(ApplicationSQL.taking(turn.connection.serverVersionNumber))')
      ORDER BY rolname = $2::name DESC, 1
      """, [PostgresValue(Quoted.array(roles)), PostgresValue(roles.first ?? "")]
    ).map { row in
      Missing(
        name: try row.get("name"), isSuperuser: try row.get("super"), quoted: try row.get("quoted"),
        own: try row.get("own"))
    }
  }

  private static func text(
    _ role: Missing, _ applicationRole: String, _ rights: [HeldRight], _ defaults: [DefaultRight]
  ) -> String {
    let grant = "GRANT \(role.quoted) TO \(role.own)"
    if role.name == applicationRole { return "a write cannot be tried as the application: \(grant)" }
    if let right = rights.first(where: { $0.grantor == role.name }) {
      let what = "\(right.privilege.clause) on \(right.relation)"
      return role.isSuperuser
        ? "\(what) is the superuser \(role.name)'s to take and to give: ALTER TABLE \(right.relation) OWNER TO a role that "
          + "\(role.own) is a member of"
        : "\(what) is \(role.name)'s to take and to give: \(grant)"
    }
    let right = defaults.first { $0.owner == role.name }
    let what = right.map { $0.revocation(from: applicationRole) } ?? ""
    return role.isSuperuser
      ? "new tables of the superuser \(role.name) come with rights for the application: \(what)"
      : "new tables of \(role.name) come with rights for the application: \(grant)"
  }

  /// Settings are those of the role that logs in: those of a group would steer nobody to the other database.
  static func checkLogin(_ applicationRole: String, _ turn: Turn) async throws {
    let mayLogIn = try await turn.query(
      "SELECT rolcanlogin AS may FROM pg_roles WHERE rolname = $1::name", [PostgresValue(applicationRole)]
    ).first?.get("may", as: Bool.self)
    guard mayLogIn == true else {
      throw RoleError.refused(
        "\(applicationRole) is a role that nobody logs in as: set application-role to the one that the application does"
      )
    }
  }

  /// A publication of the role's own rows would make the other side take this side's standing.
  static func checkPublications(_ turn: Turn) async throws {
    let row = try await turn.query(
      """
      SELECT quote_ident(pubname) AS name, pubname IN (SELECT p.pubname FROM pg_publication p WHERE puballtables) AS whole
      FROM pg_publication_tables WHERE schemaname = 'signalbox' AND tablename IN ('role', 'role_right', 'role_default')
      ORDER BY 1 LIMIT 1
      """
    ).first
    guard let row else { return }
    let name: String = try row.get("name")
    throw RoleError.refused(
      "the publication \(name) sends what is kept of this database's role to others: "
        + (try row.get("whole")
          ? "publish the application's tables by name, or their schemas, in place of FOR ALL TABLES"
          : "ALTER PUBLICATION \(name) DROP TABLE signalbox.role, signalbox.role_right, signalbox.role_default"))
  }

  /// - Throws: ``RoleError/refused(_:)`` while a fence would not hold.
  static func checkLeaks(_ applicationRole: String, _ turn: Turn) async throws {
    let leaks = try await Leak.read(applicationRole, limit: 3, turn)
    guard leaks.isEmpty else {
      throw RoleError.refused(
        "a fence would not hold, \(applicationRole) may write by more than its own rights: "
          + leaks.map { $0.text(for: applicationRole) }.joined(separator: "; "))
    }
  }
}
