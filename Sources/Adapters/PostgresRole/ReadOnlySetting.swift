import Operations
import PostgresAdapter

/// Whether the application's sessions in this database are read-only from the start.
///
/// A role may change its own settings, so this is done as the application's role: it takes no CREATEROLE, which managed
/// services hand out sparingly.
struct ReadOnlySetting: Sendable {
  let applicationRole: String

  static let name = "default_transaction_read_only"

  func set(_ turn: Turn) async throws { try await alter("SET \(Self.name) = on", turn) }

  /// Makes the sessions able to write, whatever was set for the role or the database elsewhere.
  ///
  /// - Throws: ``RoleError/refused(_:)`` when the server itself is read-only.
  func reset(_ turn: Turn) async throws {
    try await alter("RESET \(Self.name)", turn)
    let row = try await turn.query(
      "SELECT \(ApplicationSQL.readOnly) AS read_only, \(ApplicationSQL.serverReadOnly)::bool AS server",
      [PostgresValue(applicationRole)]
    ).only()
    guard try row.get("read_only") else { return }
    guard try !row.get("server", as: Bool.self) else {
      throw RoleError.refused(
        "the server makes every session read-only (\(Self.name) in its configuration; managed services set it when "
          + "storage is nearly full): mend that first")
    }
    try await alter("SET \(Self.name) = off", turn)
  }

  private func alter(_ change: String, _ turn: Turn) async throws {
    let database: String = try await turn.query("SELECT current_database()::text AS name").only().get("name")
    let role = Quoted.identifier(applicationRole)
    try await turn.execute(
      ["ALTER ROLE \(role) IN DATABASE \(Quoted.identifier(database)) \(change)"], as: applicationRole)
  }
}
