import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

/// Comparisons while PostgreSQL's own subscription applies what goes on at the source, and while something is wrong.
@Suite struct VerifyMovingTests {
  private static let tables = """
    CREATE TABLE branch (id int PRIMARY KEY, balance int);
    CREATE TABLE account (id int PRIMARY KEY, balance int, filler char(80));
    CREATE TABLE history (account int, delta int, at timestamptz); ALTER TABLE history REPLICA IDENTITY FULL;
    INSERT INTO branch VALUES (1, 0); INSERT INTO account SELECT n, 0, '' FROM generate_series(1, 50000) n;
    """

  /// Writers as pgbench has them: one row that all change, many rows, rows that come without a key, rows that come and
  /// go.
  private static let transaction = """
    BEGIN; UPDATE account SET balance = balance + 1 WHERE id = 1 + floor(random() * 40000);
    UPDATE branch SET balance = balance + 1; INSERT INTO history VALUES (floor(random() * 5), 1, date_trunc('second', now()));
    INSERT INTO account VALUES (60000, 1, ''); COMMIT; DELETE FROM account WHERE id = 60000;
    DELETE FROM account WHERE id = 49000; INSERT INTO account VALUES (49000, 0, '');
    """

  @Test func whatIsOnItsWayIsNoDifference() async throws {
    let pair = try await VerifyPair.start(10)
    try await pair.run(Self.tables)
    try await pair.subscribe()
    let position = try await pair.subscriptionPosition()
    let writer = Task {
      let session = try await pair.connect(.source)
      var count = 0
      while !Task.isCancelled {
        for statement in Self.transaction.split(separator: ";") {
          try await session.execute(String(statement), timeout: .seconds(20))
        }
        count += 1
      }
      await session.close()
      return count
    }
    var inFlight = 0
    for _ in 0..<2 {
      let outcomes = try await pair.verify(appliedPosition: position)
      for (name, outcome) in outcomes {
        #expect(outcome.summary.failure == nil)
        #expect(outcome.summary.counts == [0, 0, 0], "\(name): \(outcome.differences)")
        inFlight += outcome.summary.inFlight
        // One row that all change is held still for a moment. Rows without a key cannot be.
        if name != "public.history" { #expect(outcome.summary.isEqual, "\(name): \(outcome.summary)") }
      }
    }
    #expect(inFlight > 0)
    // A difference is found all the same.
    try await pair.run(
      "SET session_replication_role = replica; UPDATE account SET balance = -1 WHERE id = 45000", on: [.target])
    let outcome = try #require(try await pair.verify(appliedPosition: position)["public.account"])
    #expect(outcome.differences.map(\.key) == ["id=45000"])
    // And repaired, without a stop.
    let repaired = try await Repairer(settings: pair.settings, limits: pair.limits).repair(
      outcome.differences, tables: try await pair.tables(), appliedPosition: position, progress: { _ in })
    #expect(repaired == 1)
    writer.cancel()
    #expect((try? await writer.value) ?? 1 > 0)
    let rest = try await pair.verify(appliedPosition: position)
    #expect(rest.allSatisfy { $0.value.summary.isEqual }, "\(rest.mapValues(\.summary.failure))")
  }

  @Test func whatNoLookDecidesIsHeldOrSaid() async throws {
    var pair = try await VerifyPair.start(15)
    // Each row counts as one that never rests.
    pair.limits.looks = 1
    try await pair.run(
      "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 5) n")
    try await pair.run(
      "UPDATE t SET a = 'y' WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (9, 's')", on: [.target])
    let held = try #require(try await pair.verify()["public.t"]?.summary)
    #expect(held.counts == [1, 1, 1])
    #expect(held.undecided == 0)
    // Somebody else keeps a row for longer than is waited for.
    pair.limits.lockWait = .milliseconds(200)
    let holder = try await pair.connect(.source)
    try await holder.execute("BEGIN; UPDATE t SET a = 'z' WHERE id = 1", timeout: .seconds(5))
    let busy = try #require(try await pair.verify()["public.t"]?.summary)
    #expect(busy.counts == [1, 1, 0])
    #expect(busy.undecided == 1)
    #expect(!busy.isEqual)
    await holder.close()
    // Nothing is locked for a link that needs to read alone, or where the role may not.
    let lent = pair.settings
    pair.settings.mode = .snapshot
    #expect(try await pair.verify()["public.t"]?.summary.undecided == 3)
    pair.settings = lent
    try await pair.source.administer(
      "ALTER ROLE app NOSUPERUSER; ALTER TABLE t OWNER TO postgres; GRANT SELECT ON t TO app")
    let refused = try #require(try await pair.verify()["public.t"]?.summary)
    #expect(refused.undecided == 3 && refused.failure == nil)
    #expect(refused.undecidedWords?.hasPrefix("3 rows changed at every look and could not be compared") == true)
  }

  @Test func aLinkThatAppliesNothingLeavesTheQuestionOpen() async throws {
    var pair = try await VerifyPair.start(11)
    pair.limits.applyWait = .milliseconds(300)
    pair.limits.alignmentWait = .milliseconds(10)
    try await pair.run(Self.tables)
    try await pair.run("UPDATE account SET balance = 7 WHERE id = 3", on: [.source])
    let outcomes = try await pair.verify(appliedPosition: { LSN(1) })
    let account = try #require(outcomes["public.account"])
    #expect(account.summary.counts == [0, 0, 0])
    #expect(account.summary.failure?.contains("1 rows differ and cannot be told") == true, "\(account.summary)")
    #expect(!account.summary.isEqual)
    // Where nothing differs, there is nothing to ask.
    #expect(outcomes["public.branch"]?.summary.isEqual == true)
  }

  @Test func aFrozenTargetIsSaidClearly() async throws {
    var pair = try await VerifyPair.start(12)
    pair.limits.statementTimeout = .seconds(2)
    pair.limits.connectTimeout = .seconds(1)
    try await pair.run(Self.tables)
    try await pair.target.signal(SIGSTOP)
    let start = ContinuousClock.now
    let outcomes = try await pair.verify()
    #expect(start.duration(to: .now) < .seconds(20))
    let failures = outcomes.values.compactMap(\.summary.failure)
    #expect(failures.count == 3)
    #expect(failures.allSatisfy { $0.contains(pair.target.address) }, "\(failures)")
    #expect(failures.filter { $0.hasPrefix("not compared: ") }.count == 2)
    try await pair.target.signal(SIGCONT)
  }

  @Test func cancellationEndsTheServersWork() async throws {
    let pair = try await VerifyPair.start(13)
    try await pair.run("CREATE TABLE slow (id int PRIMARY KEY); INSERT INTO slow SELECT generate_series(1, 1000)")
    let holder = try await pair.connect(.target)
    try await holder.execute("BEGIN; LOCK TABLE slow", timeout: .seconds(5))
    let running = Task { try await pair.verify() }
    let active = """
      SELECT count(*)::text AS n FROM pg_stat_activity WHERE application_name LIKE '%verify%' AND state = 'active'
      """
    while try await pair.value(active, on: .target) == "0" { await Task.yield() }
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
    let all = "SELECT count(*)::text AS n FROM pg_stat_activity WHERE application_name LIKE '%verify%'"
    let deadline = ContinuousClock.now + .seconds(10)
    for side in [Side.source, .target] {
      while try await pair.value(all, on: side) != "0" {
        try #require(ContinuousClock.now < deadline)
        try await Task.sleep(for: .milliseconds(20))
      }
    }
    await holder.close()
  }

  @Test func missingTablesAndColumnsAreNamed() async throws {
    let pair = try await VerifyPair.start(14)
    try await pair.run("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, c int, d int)")
    try await pair.run("DROP TABLE a; ALTER TABLE b DROP c, DROP d", on: [.target])
    let outcomes = try await pair.verify()
    #expect(outcomes["public.a"]?.summary.failure?.contains("the target has no public.a") == true)
    #expect(outcomes["public.b"]?.summary.failure?.contains("c, d") == true)
  }
}
