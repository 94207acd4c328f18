import HTTPAdapter
import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

/// What has expired goes by itself.
@Suite(.timeLimit(.minutes(3))) struct SweepTests {
  private func count(_ condition: String, _ database: TemporaryCluster) async throws -> [Int] {
    let connection = try await PostgresConnection.connect(database.settings(), timeout: .seconds(10))
    let row = try await connection.query(
      """
      SELECT (SELECT count(*) FROM sessions WHERE \(condition)) AS sessions,
        (SELECT count(*) FROM login_attempts) AS counts
      """, timeout: .seconds(10)
    ).only()
    await connection.close()
    return [try row.get("sessions"), try row.get("counts")]
  }

  /// 1,700 sessions that are over soon, and two counts that are.
  private static let expired = """
    INSERT INTO sessions (token_hash, account_id, expires_at)
      SELECT sha256(n::text::bytea), (SELECT id FROM accounts LIMIT 1), now() + interval '3 seconds'
      FROM generate_series(1, 1700) n;
    INSERT INTO login_attempts VALUES (gen_random_uuid(), 3, now() - interval '301 seconds'),
      (gen_random_uuid(), 9, now() - interval '1 day'), (gen_random_uuid(), 9, now() - interval '200 seconds');
    """

  @Test func everyInstanceRemovesInItsTurnAndWaitsForNobody() async throws {
    let pair = try await WorkloadPair(network: "127.17.14", extra: ["WORKLOAD_SWEEP_SECONDS=1"])
    let database = pair.databases[0]
    let token = try await pair.aws.newToken()
    // Somebody holds one of them: it is passed over, and the others do not wait for it.
    let holder = try await PostgresConnection.connect(database.settings(), timeout: .seconds(10))
    try await database.administer(Self.expired)
    try await holder.execute(
      "BEGIN; SELECT id FROM sessions WHERE token_hash = sha256('7') FOR UPDATE", timeout: .seconds(10))
    #expect(
      try await eventually(within: .seconds(30)) { try await count("expires_at <= now()", database) == [1, 1] })
    try await holder.execute("ROLLBACK", timeout: .seconds(10))
    #expect(
      try await eventually(within: .seconds(30)) { try await count("expires_at <= now()", database) == [0, 1] })
    await holder.close()
    // Who is logged in stays so.
    #expect(try await pair.azure.send("GET", "/api/v1/sessions/current", token: token).status == 200)
  }

  @Test func whereNothingCanBeWrittenItWaits() async throws {
    let pair = try await WorkloadPair(network: "127.17.15", extra: ["WORKLOAD_SWEEP_SECONDS=1"])
    _ = try await pair.aws.newToken()
    let (first, second) = (pair.databases[0], pair.databases[1])
    let fence = "REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM app;"
    try await first.administer("\(fence) ALTER ROLE app SET default_transaction_read_only = on")
    try await first.administer(Self.expired)
    #expect(try await eventually { try await count("expires_at <= now()", first) == [1700, 3] })
    // Two rounds of each at least.
    for _ in 0..<2 {
      try await Task.sleep(for: .seconds(1))
      #expect(try await count("expires_at <= now()", first) == [1700, 3])
    }
    #expect(try await pair.aws.send("GET", "/ready").status == 200)
    #expect(try await count("true", second) == [0, 0])
    try await first.administer(
      """
      GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
      ALTER ROLE app SET default_transaction_read_only = off
      """)
    #expect(
      try await eventually(within: .seconds(30)) { try await count("expires_at <= now()", first) == [0, 1] })
  }
}
