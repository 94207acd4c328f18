import Operations
import PostgresAdapter

/// One call's time with a session, which is its own meanwhile.
struct Turn: Sendable {
  let connection: PostgresConnection
  let limits: RoleLimits
  let deadline: ContinuousClock.Instant

  /// What is left for the next statement. The server's own limit on it ends a little before.
  private var timeout: Duration {
    min(limits.statement + .milliseconds(500), ContinuousClock.now.duration(to: deadline))
  }

  @discardableResult
  func query(_ sql: String, _ parameters: [PostgresValue?] = [], preparing: Bool = false) async throws
    -> PostgresResult
  {
    try await connection.query(sql, parameters, timeout: timeout, preparing: preparing)
  }

  /// Statements without parameters, together in one message. Inside a transaction they are part of it.
  @discardableResult
  func execute(_ script: String) async throws -> PostgresResult {
    try await connection.execute(script, timeout: timeout)
  }

  /// Many statements, some hundred at a time, so that each message keeps the limit.
  func execute(_ statements: [String], as role: String? = nil) async throws {
    var rest = statements[...]
    while !rest.isEmpty {
      let part = rest.prefix(200).joined(separator: ";\n")
      rest = rest.dropFirst(200)
      guard let role else {
        try await execute(part)
        continue
      }
      try await execute("SET LOCAL ROLE \(Quoted.identifier(role));\n\(part);\nSET LOCAL ROLE NONE")
    }
  }

  /// Runs `body` between `BEGIN` and `COMMIT`, whatever the session's or the server's defaults are.
  func transaction<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
    try await execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    do {
      let value = try await body()
      try await execute("COMMIT")
      return value
    } catch {
      await rollBack()
      throw error
    }
  }

  /// A session that cannot be rolled back is not used again.
  func rollBack() async {
    do { try await execute("ROLLBACK") } catch { await connection.close() }
  }
}
