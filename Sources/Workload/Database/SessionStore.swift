internal import PostgresAdapter

/// Logins, in the database, so that any instance knows any session.
struct SessionStore: Sendable {
  let database: Database
  let lifetime: Duration

  /// A session that has just been opened in the other cloud may not have arrived here; what is not found is asked of the
  /// writer's database before it is refused.
  func find(_ token: SessionToken, _ carrier: Session.Carrier) async throws -> Session? {
    let sql = """
      SELECT s.id, s.account_id, a.email, \(SQL.time("s.expires_at")) AS expires_at
      FROM sessions s JOIN accounts a ON a.id = s.account_id WHERE s.token_hash = $1 AND s.expires_at > now()
      """
    let parameters: [PostgresValue?] = [PostgresValue(bytes: token.hash)]
    var result = try await database.read(sql, parameters, .local)
    if result.isEmpty, database.reader !== database.writer {
      result = try await database.read(sql, parameters, .latest)
    }
    guard let row = result.first else { return nil }
    return Session(
      id: try row.get("id"), accountID: try row.get("account_id"), email: try row.get("email"), token: token,
      carrier: carrier, expiresAt: try row.get("expires_at"))
  }

  func open(account: Account, _ carrier: Session.Carrier) async throws -> Session {
    let token = SessionToken.random()
    let row = try await database.write(
      """
      WITH stale AS (DELETE FROM sessions WHERE account_id = $1 AND expires_at <= now())
      INSERT INTO sessions (token_hash, account_id, expires_at)
      VALUES ($2, $1, now() + $3 * interval '1 second') RETURNING id, \(SQL.time("expires_at")) AS expires_at
      """, [PostgresValue(account.id), PostgresValue(bytes: token.hash), PostgresValue(lifetime.components.seconds)]
    ).only()
    return Session(
      id: try row.get("id"), accountID: account.id, email: account.email, token: token, carrier: carrier,
      expiresAt: try row.get("expires_at"))
  }

  func close(_ session: Session) async throws {
    _ = try await database.write("DELETE FROM sessions WHERE id = $1", [PostgresValue(session.id)])
  }
}
