internal import PostgresAdapter

/// Somebody who has registered.
struct Account: Sendable, Equatable, Encodable {
  var id: String
  var email: String
  var createdAt: String
}

struct AccountStore: Sendable {
  let database: Database

  /// - Throws: ``Problem`` of kind `conflict` when there is an account with that address.
  func create(email: String, passwordHash: String) async throws -> Account {
    do {
      let row = try await database.write(
        """
        INSERT INTO accounts (email, password_hash) VALUES ($1, $2)
        RETURNING id, email, \(SQL.time("created_at")) AS created_at
        """, [PostgresValue(email), PostgresValue(passwordHash)]
      ).only()
      return try Account(row)
    } catch let error as PostgresError where error.isUniqueViolation {
      throw Problem(.conflict, "There is an account with this address already.", fields: ["email": "is taken"])
    }
  }

  /// The account and its password's hash. Asked of the writer: who has just registered may log in anywhere.
  func find(email: String) async throws -> (account: Account, passwordHash: String)? {
    let result = try await database.read(
      """
      SELECT id, email, \(SQL.time("created_at")) AS created_at, password_hash FROM accounts WHERE email = $1
      """, [PostgresValue(email)], .latest)
    guard let row = result.first else { return nil }
    return (try Account(row), try row.get("password_hash"))
  }
}

extension Account {
  init(_ row: PostgresRow) throws {
    id = try row.get("id")
    email = try row.get("email")
    createdAt = try row.get("created_at")
  }
}
