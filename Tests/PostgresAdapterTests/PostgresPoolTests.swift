import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@Suite struct PostgresPoolTests {
  private func pool(_ limits: PostgresPoolLimits) async throws -> PostgresPool {
    try await PostgresPool(PostgresConnectionTests.cluster.value.settings(), limits: limits)
  }

  @Test func moreCallersThanSessions() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 3))
    let sessions = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<60 {
        group.addTask {
          try await pool.query("SELECT pg_backend_pid() AS pid, pg_sleep(0.005)", timeout: .seconds(20)).only()
            .get("pid")
        }
      }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(sessions.count <= 3)
    #expect(pool.usage.inUse == 0 && pool.usage.idle <= 3 && pool.usage.waiting == 0)
    await pool.close()
  }

  @Test func waitersHaveADeadlineAndALimit() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1, waiting: 1))
    try await pool.withConnection(timeout: .seconds(5)) { _ in
      let waiting = Task { try await pool.query("SELECT 1", timeout: .milliseconds(300)) }
      while pool.usage.waiting == 0 { await Task.yield() }
      let refused = await #expect(throws: PostgresError.self) {
        try await pool.query("SELECT 1", timeout: .seconds(60))
      }
      #expect(refused?.kind == .exhausted)
      #expect(await #expect(throws: PostgresError.self) { try await waiting.value }?.kind == .exhausted)
    }
    #expect(try await pool.query("SELECT 1", timeout: .seconds(5)).count == 1)
    await pool.close()
  }

  @Test func aCancelledWaiterLeavesTheQueue() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1))
    try await pool.withConnection(timeout: .seconds(5)) { _ in
      let waiting = Task { try await pool.query("SELECT 1", timeout: .seconds(60)) }
      while pool.usage.waiting == 0 { await Task.yield() }
      waiting.cancel()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      #expect(pool.usage.waiting == 0)
    }
    await pool.close()
  }

  @Test func aSessionThatTheServerEndedIsReplacedUnseen() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1))
    let first: Int = try await pool.query("SELECT pg_backend_pid() AS pid", timeout: .seconds(5)).only().get("pid")
    try await PostgresConnectionTests.cluster.value.administer("SELECT pg_terminate_backend(\(first), 5000)")
    let second: Int = try await pool.query("SELECT pg_backend_pid() AS pid", timeout: .seconds(5)).only().get("pid")
    #expect(first != second)
    await pool.close()
  }

  @Test func aSessionLeftInATransactionIsNotGivenOut() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1))
    let first: Int = try await pool.withConnection(timeout: .seconds(5)) { connection in
      try await connection.execute("BEGIN", timeout: .seconds(5))
      return try await connection.query("SELECT pg_backend_pid() AS pid", timeout: .seconds(5)).only().get("pid")
    }
    let second: Int = try await pool.query("SELECT pg_backend_pid() AS pid", timeout: .seconds(5)).only().get("pid")
    #expect(first != second)
    await pool.close()
  }

  @Test func anOldSessionIsReplaced() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1, lifetime: .nanoseconds(1)))
    let first: Int = try await pool.query("SELECT pg_backend_pid() AS pid", timeout: .seconds(5)).only().get("pid")
    let second: Int = try await pool.query("SELECT pg_backend_pid() AS pid", timeout: .seconds(5)).only().get("pid")
    #expect(first != second)
    await pool.close()
  }

  @Test func afterAFailureThereIsAPause() async throws {
    var settings = try await PostgresConnectionTests.cluster.value.settings()
    settings.hosts = [PostgresSettings.Host("127.15.3.99", port: 5998)]
    let pool = try PostgresPool(
      settings, limits: PostgresPoolLimits(connections: 2, pauseAfterFailure: .seconds(60)))
    await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1", timeout: .seconds(5)) }
    let start = ContinuousClock.now
    for _ in 0..<200 {
      await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1", timeout: .seconds(5)) }
    }
    #expect(start.duration(to: .now) < .seconds(30))
  }

  @Test func aClosedPoolOpensNothing() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1))
    _ = try await pool.query("SELECT 1", timeout: .seconds(5))
    await pool.close()
    #expect(pool.usage.idle == 0)
    await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1", timeout: .seconds(5)) }
  }
}
