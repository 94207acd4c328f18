import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// Changes of one row that meet at an instant when one of them cannot be seen.
@Suite struct MeetingChangesTests {
  /// The winner sends no body, and is gone from its side before the body can be fetched there.
  @Test func whatLostToARowThatIsGoneIsLogged() async throws {
    let pair = try await LinkPair(
      "CREATE TABLE doc (id int PRIMARY KEY, name text, body text); ALTER TABLE doc ALTER body SET STORAGE EXTERNAL")
    try await pair.bench.onSource("INSERT INTO doc VALUES (1, 'first', repeat('long ', 1000))")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onSource("UPDATE doc SET name = 'source'")
    try await pair.bench.onTarget("UPDATE doc SET name = 'target'")
    pair.there.start()
    try await pair.there.drain(pair.bench)
    // In the knowledge of what lost.
    try await pair.bench.onTarget("DELETE FROM doc")
    pair.back.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT name FROM doc")
    #expect(rows.source == [] && rows.target == [])
    let log = "SELECT format('%s %s', kind, discarded_row ->> 'name') FROM signalbox.conflict"
    let logs = try await pair.both(log)
    #expect(logs.source == ["update/update source"])
    #expect(logs.target == [])
    await pair.stop()
  }

  /// Whoever waits for a row's lock sees the row as it is then, and everything else as it was before.
  @Test func aDeleteThatCommitsWhileItIsWaitedForIsSeen() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text)")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'first'), (2, 'first')")
    try await pair.drain()
    let application = try await pair.bench.connectTarget()
    try await application.execute("BEGIN; DELETE FROM account WHERE id = 1", timeout: .seconds(20))
    try await pair.bench.onSource("UPDATE account SET name = 'source'")
    try await pair.bench.waitAtTarget(
      for: "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    try await application.execute("COMMIT", timeout: .seconds(20))
    await application.close()
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t")
    #expect(rows.source == ["(2,source)"])
    #expect(rows.target == rows.source)
    #expect(try await pair.conflicts() == [#"delete/update id=1 {"id": 1, "name": "source"}"#])
    await pair.stop()
  }

  /// Where there is no row there is nothing to lock: one may come and go between the look and the write.
  @Test(arguments: ["INSERT INTO account VALUES (1, 'source')", "DELETE FROM account WHERE id = 1"])
  func aRowThatComesAndGoesWhereNoneWasIsNotPassedOver(change: String) async throws {
    let pair = try await LinkPair(
      "CREATE TABLE account (id int PRIMARY KEY, name text); CREATE TABLE later (id int PRIMARY KEY, n int)")
    try await pair.bench.onSource("INSERT INTO later VALUES (1, 0)")
    try await pair.drain()
    await pair.stop()
    // Whatever is usual there, a statement has to see what was committed before it.
    try await pair.bench.onTarget(
      "ALTER DATABASE \(pair.bench.database) SET default_transaction_isolation = 'repeatable read'")
    // A delete of what is not there arrives where both sides have deleted it.
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'first')")
    pair.start()
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onTarget("DELETE FROM account")
    pair.there.start()
    if change.hasPrefix("INSERT") {
      pair.back.start()
      try await pair.drain()
    }
    let application = try await pair.bench.connectTarget()
    try await application.execute("BEGIN; UPDATE later SET n = 1", timeout: .seconds(20))
    try await pair.bench.onSource("BEGIN; UPDATE later SET n = 2; \(change); COMMIT")
    try await pair.bench.waitAtTarget(
      for: "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    try await pair.bench.onTarget("INSERT INTO account VALUES (1, 'target')")
    try await pair.bench.onTarget("DELETE FROM account")
    try await application.execute("COMMIT", timeout: .seconds(20))
    await application.close()
    pair.back.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t")
    #expect(rows.source == [] && rows.target == [])
    #expect(pair.there.failures.count { $0.contains("came and went in public.account") } == 1)
    let tombstones = "SELECT format('%s %s', deleted_at IS NULL, node IS NULL) FROM signalbox.tombstone"
    // The target's own delete is the later.
    #expect(try await pair.bench.atTarget(tombstones) == ["t t"])
    await pair.stop()
  }
}
