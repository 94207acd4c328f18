import Operations
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresAdapter

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

  /// Reads that were answered, by reader.
  private final class Tally: Sendable { let reads = Mutex(Array(repeating: 0, count: 4)) }

  /// As a fence does it. What is idle is about to be ended when what is in use has been.
  @Test func readersDoNotNoticeThatEverySessionIsEnded() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 16))
    let cluster = try await PostgresConnectionTests.cluster.value
    let tally = Tally()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for reader in 0..<4 {
        group.addTask {
          while !Task.isCancelled {
            try await pool.query("SELECT pg_sleep(0.001)", timeout: .seconds(10), isRepeatable: true)
            tally.reads.withLock { $0[reader] += 1 }
          }
        }
      }
      group.addTask {
        for _ in 0..<10 {
          try await withThrowingTaskGroup(of: Void.self) { fill in
            for _ in 0..<16 {
              fill.addTask { try await pool.query("SELECT pg_sleep(0.02)", timeout: .seconds(10), isRepeatable: true) }
            }
            try await fill.waitForAll()
          }
          // Nobody is on a second attempt any more.
          let before = tally.reads.withLock { $0 }
          while zip(tally.reads.withLock { $0 }, before).contains(where: { $0 < $1 + 2 }) {
            try await Task.sleep(for: .milliseconds(1))
          }
          try await cluster.administer(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app' AND query LIKE 'SELECT pg_sleep%'"
          )
        }
      }
      // The one that ends sessions ends first, or a reader with what it was told.
      try await group.next()
      group.cancelAll()
      do { try await group.waitForAll() } catch is CancellationError {}
    }
    await pool.close()
  }

  /// As a lease that has ended does it: sessions look as if they could write, and each write is refused.
  private static let refusing = """
    CREATE TABLE IF NOT EXISTS refused (id int);
    CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$BEGIN RAISE 'refused in session %', pg_backend_pid() USING ERRCODE = '25006'; END$$;
    CREATE OR REPLACE TRIGGER refuse BEFORE INSERT ON refused FOR EACH STATEMENT EXECUTE FUNCTION refuse();
    GRANT INSERT ON refused TO app
    """

  @Test func writesLeaveAServerThatRefusesThem() async throws {
    let refusing = try await PostgresConnectionTests.cluster.value
    let taking = try await TemporaryCluster.start(address: "127.15.1.3")
    try await refusing.administer(Self.refusing)
    try await taking.administer("CREATE TABLE refused (id int); GRANT INSERT ON refused TO app")
    var settings = refusing.settings()
    settings.hosts += taking.settings().hosts
    settings.targetSession = .readWrite
    let pool = try PostgresPool(settings, limits: PostgresPoolLimits(connections: 4))
    for _ in 0..<3 { try await pool.query("INSERT INTO refused VALUES (1)", timeout: .seconds(10)) }
    #expect(pool.host == taking.settings().hosts[0])
    await pool.close()
  }

  /// Where no other server takes them, the refusals cost no more than themselves.
  @Test func refusalsOpenNoSessionEach() async throws {
    let cluster = try await PostgresConnectionTests.cluster.value
    try await cluster.administer(Self.refusing)
    let pool = try await pool(PostgresPoolLimits(connections: 1, pauseAfterRefusal: .seconds(600)))
    var sessions: Set<String> = []
    for _ in 0..<20 {
      let error = await #expect(throws: PostgresError.self) {
        try await pool.query("INSERT INTO refused VALUES (1)", timeout: .seconds(10))
      }
      sessions.insert(error?.message ?? "")
    }
    #expect(sessions.count == 1, "\(sessions)")
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

  /// Sessions cost a server more than anything else; it would have no time for the one that ends the waiting.
  @Test func whileNobodyTakesWritesOneCallerTriesAtATime() async throws {
    let cluster = try await PostgresConnectionTests.cluster.value
    try await cluster.administer(
      """
      DROP ROLE IF EXISTS halted;
      CREATE ROLE halted LOGIN PASSWORD '\(TemporaryCluster.password)' CONNECTION LIMIT 1;
      ALTER ROLE halted SET default_transaction_read_only = on
      """)
    var settings = cluster.settings()
    settings.user = "halted"
    settings.targetSession = .readWrite
    let limits = PostgresPoolLimits(connections: 16, pauseAfterFailure: .seconds(600))
    let passed = Mutex(Duration.zero)
    let begin = ContinuousClock.now
    let pool = try PostgresPool(settings, limits: limits) { begin + passed.withLock { $0 } }
    let pause = { passed.withLock { $0 += limits.pauseAfterFailure } }
    let refusal: @Sendable () async -> String = {
      do {
        try await pool.query("SELECT 1", timeout: .seconds(10))
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(await refusal().contains("read-only"))
    pause()
    let refusals = await withTaskGroup(of: String.self) { group in
      for _ in 0..<16 { group.addTask { await refusal() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(refusals.allSatisfy { $0.contains("read-only") }, "\(Set(refusals))")
    try await cluster.administer("ALTER ROLE halted RESET ALL")
    pause()
    while await refusal() != "none" {
      // The session before has yet to end at the server.
      try await Task.sleep(for: .milliseconds(20))
      pause()
    }
    await pool.close()
  }

  @Test func aClosedPoolOpensNothing() async throws {
    let pool = try await pool(PostgresPoolLimits(connections: 1))
    _ = try await pool.query("SELECT 1", timeout: .seconds(5))
    await pool.close()
    #expect(pool.usage.idle == 0)
    await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1", timeout: .seconds(5)) }
  }
}
