import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// One way, against real servers: what is committed at the source is at the target, byte for byte.
@Suite struct StreamTests {
  /// Equal on both sides, in the order of the key.
  private func expectEqual(_ table: String, _ bench: LinkBench, order: String = "1") async throws {
    let sql = "SELECT t::text FROM \(table) t ORDER BY \(order)"
    let source = try await bench.atSource(sql)
    let target = try await bench.atTarget(sql)
    #expect(source == target)
    #expect(!source.isEmpty)
  }

  private func conflicts(_ bench: LinkBench) async throws -> [String] {
    try await bench.atTarget("SELECT kind FROM signalbox.conflict")
  }

  @Test(arguments: [1, 500])
  func everyKindOfChangeArrives(times: Int) async throws {
    let bench = try await LinkBench(
      """
      CREATE TYPE mood AS ENUM ('calm', 'wary');
      CREATE TABLE thing (
        id bigint PRIMARY KEY, name text, amount numeric(14,4), share float8, at timestamptz, day date, raw bytea,
        doc jsonb, old json, tags text[], mood mood, span int4range, twice bigint GENERATED ALWAYS AS (id * 2) STORED);
      """)
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource(
      """
      INSERT INTO thing SELECT g, E'tab\\there \\\\ and\\nline ' || g, g / 7.0, CASE g % 3 WHEN 0 THEN 'NaN' WHEN 1
        THEN '-0' ELSE '-Infinity' END::float8, CASE WHEN g % 2 = 0 THEN 'infinity' ELSE '2020-02-29 12:00:00.000001+02'
        END::timestamptz, '0044-03-15 BC', decode(repeat('00ff5c', 3), 'hex'), '{"a": [1, null]}', '{"b":  1}',
        ARRAY['x,y', NULL, '"q"'], 'wary', '[1,5)' FROM generate_series(1, \(times * 4)) g;
      UPDATE thing SET name = NULL, tags = '{}' WHERE id % 4 = 0;
      UPDATE thing SET id = -id WHERE id % 4 = 1;
      DELETE FROM thing WHERE id % 4 = 2;
      """)
    try await link.drain(bench)
    try await expectEqual("thing", bench)
    #expect(try await conflicts(bench).isEmpty)
    await link.stop()
  }

  /// Whoever takes over, or only looks, tells from it how old the newest change at the target is.
  @Test func theBooksTellWhenTheNewestChangeWasCommitted() async throws {
    let bench = try await LinkBench("CREATE TABLE thing (id int PRIMARY KEY)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO thing VALUES (1)")
    try await link.drain(bench)
    await link.stop()
    let committed = try await bench.atSource(
      "SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint FROM thing")
    let found = try await Inspector(settings: bench.settings).inspect()
    #expect(found.appliedCommit.map { ["\($0.microsecondsSinceEpoch)"] } == committed)
  }

  /// PostgreSQL's own words tell an operator nothing that helps.
  @Test func aSlotThatCannotBeDecodedIsNamedWithItsRemedy() async throws {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY)")
    let source = try await bench.connectSource()
    let raise = """
      DO $$ BEGIN
        RAISE EXCEPTION 'could not map filenode "base/1/2" to relation OID' USING ERRCODE = 'XX000';
      END $$
      """
    let error = await #expect(throws: PostgresError.self) { try await source.execute(raise, timeout: .seconds(10)) }
    await source.close()
    guard case .unreachable(let text) = PostgresLink.failure(try #require(error), bench.settings) else {
      Issue.record("it may pass, and is tried again")
      return
    }
    #expect(text.contains("SELECT pg_drop_replication_slot('\(bench.settings.slotName)')"))
    #expect(text.contains("signalbox sync baseline --link \(bench.settings.id)"))
  }

  @Test(arguments: [3, 300])
  func valuesThatDidNotChangeAndWereNotSentStay(rows: Int) async throws {
    let bench = try await LinkBench(
      "CREATE TABLE page (id int PRIMARY KEY, body text, n int); ALTER TABLE page ALTER body SET STORAGE EXTERNAL")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource(
      "INSERT INTO page SELECT g, repeat(md5(g::text), 200), 0 FROM generate_series(1, \(rows)) g")
    try await link.drain(bench)
    try await bench.onSource("UPDATE page SET n = n + 1; UPDATE page SET n = n + 1 WHERE id % 2 = 0")
    // A new key with a body that is not sent.
    try await bench.onSource(
      "UPDATE page SET id = id + 100000 WHERE id % 3 = 0; UPDATE page SET body = '' WHERE id = 1")
    try await link.drain(bench)
    try await expectEqual("page", bench)
    #expect(try await conflicts(bench).isEmpty)
    await link.stop()
  }

  @Test func keysAndUniqueValuesMayBeSwapped() async throws {
    let bench = try await LinkBench(
      """
      CREATE TABLE seat (id int PRIMARY KEY, place int UNIQUE DEFERRABLE INITIALLY DEFERRED, who text);
      ALTER TABLE seat DROP CONSTRAINT seat_place_key;
      CREATE UNIQUE INDEX seat_place ON seat (place);
      """)
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO seat SELECT g, g, 'p' || g FROM generate_series(1, 200) g")
    for _ in 0..<3 {
      try await bench.onSource(
        """
        BEGIN;
        UPDATE seat SET place = -place;
        UPDATE seat SET place = 201 + place;
        UPDATE seat SET id = -id WHERE id > 10;
        UPDATE seat SET id = 211 + id WHERE id < 0;
        COMMIT;
        """)
    }
    try await link.drain(bench)
    try await expectEqual("seat", bench)
    #expect(try await conflicts(bench).isEmpty)
    #expect(link.parked.isEmpty)
    await link.stop()
  }

  @Test func aTransactionLargerThanMemoryAllowsIsNeverSeenInPart() async throws {
    let bench = try await LinkBench("CREATE TABLE big (id bigint PRIMARY KEY, filler text)")
    let link = try await RunningLink.start(bench.settings)
    let target = try await bench.connectTarget()
    let watcher = Task { () -> Set<String> in
      var counts: Set<String> = []
      while !Task.isCancelled {
        counts.formUnion((try? await LinkBench.column("SELECT count(*)::text FROM big", on: target)) ?? [])
      }
      return counts
    }
    try await bench.onSource("INSERT INTO big SELECT g, repeat('x', 200) FROM generate_series(1, 100000) g")
    try await bench.onSource("UPDATE big SET filler = filler || 'y'; DELETE FROM big WHERE id > 90000")
    try await link.drain(bench)
    watcher.cancel()
    #expect(await watcher.value.isSubset(of: ["0", "100000", "90000"]))
    await target.close()
    try await expectEqual("big", bench)
    await link.stop()
  }

  @Test func tablesWithoutAKeyAreFoundByTheirWholeRow() async throws {
    var bench = try await LinkBench("CREATE TABLE note (a int, b text, c json)")
    bench.settings.keyless = .full
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource(
      """
      INSERT INTO note SELECT g % 5, NULL, '{"x": 1}' FROM generate_series(1, 20) g;
      UPDATE note SET b = 'changed' WHERE ctid IN (SELECT ctid FROM note WHERE a = 1 LIMIT 2);
      DELETE FROM note WHERE ctid IN (SELECT ctid FROM note WHERE a = 2 LIMIT 1);
      """)
    try await link.drain(bench)
    try await expectEqual("note", bench)
    await link.stop()
  }

  @Test func emptyingTablesArrives() async throws {
    let bench = try await LinkBench(
      "CREATE TABLE one (id int PRIMARY KEY); CREATE TABLE two (id int PRIMARY KEY REFERENCES one)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO one VALUES (1), (2); INSERT INTO two VALUES (1)")
    try await link.drain(bench)
    try await bench.onSource("BEGIN; INSERT INTO one VALUES (3); TRUNCATE one, two; INSERT INTO one VALUES (9); COMMIT")
    try await link.drain(bench)
    try await expectEqual("one", bench)
    #expect(try await bench.atTarget("SELECT count(*)::text FROM two") == ["0"])
    #expect(link.parked.isEmpty)
    await link.stop()
  }

  @Test func aTableThatCannotGoOnIsParkedAndTheOthersGoOn() async throws {
    let bench = try await LinkBench(
      "CREATE TABLE good (id int PRIMARY KEY); CREATE TABLE bad (id int PRIMARY KEY, n int)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO bad VALUES (1, 1)")
    try await link.drain(bench)
    try await bench.onSource("ALTER TABLE bad ADD COLUMN extra text; INSERT INTO bad VALUES (2, 2, 'x')")
    try await bench.onSource("INSERT INTO good SELECT g FROM generate_series(1, 100) g")
    try await link.drain(bench)
    try await expectEqual("good", bench)
    #expect(link.parked["public.bad"]?.contains("no column extra") == true)
    #expect(
      try await bench.atTarget("SELECT state FROM signalbox.link_table WHERE table_name = 'public.bad'") == ["parked"])
    await link.stop()
  }

  @Test func aRowThatIsMissingIsWrittenDown() async throws {
    let bench = try await LinkBench("CREATE TABLE pair (id int PRIMARY KEY, v text)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO pair VALUES (1, 'a'), (2, 'b')")
    try await link.drain(bench)
    try await bench.onTarget("DELETE FROM pair WHERE id = 1")
    try await bench.onSource("UPDATE pair SET v = 'c' WHERE id = 1; UPDATE pair SET v = 'd' WHERE id = 2")
    try await link.drain(bench)
    #expect(
      try await bench.atTarget("SELECT format('%s %s %s', kind, key, discarded_row) FROM signalbox.conflict")
        == [#"missing row id=1 {"v": "c"}"#])
    await link.stop()
  }

  @Test func progressIsNeverBehindWhatTheSourceMayForget() async throws {
    let bench = try await LinkBench("CREATE TABLE counter (id int PRIMARY KEY, n bigint)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO counter VALUES (1, 0)")
    for round in 1...5 {
      try await bench.onSource("DO $$BEGIN FOR i IN 1..200 LOOP UPDATE counter SET n = n + 1; COMMIT; END LOOP; END$$")
      await link.stop()
      let confirmed = try await bench.atSource(
        "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = '\(bench.settings.slotName)'")
      let stored = try await bench.atTarget("SELECT position::text FROM signalbox.link")
      #expect(try #require(LSN(confirmed[0])) <= #require(LSN(stored[0])))
      link.start()
      try await link.drain(bench)
      #expect(try await bench.atTarget("SELECT n::text FROM counter") == ["\(round * 200)"])
    }
    await link.stop()
  }

  @Test func anOlderControllerIsRefused() async throws {
    let bench = try await LinkBench("CREATE TABLE item (id int PRIMARY KEY)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO item VALUES (1)")
    try await link.drain(bench)
    try await bench.onTarget("UPDATE signalbox.link SET generation = 7")
    try await bench.onSource("INSERT INTO item VALUES (2)")
    let deadline = ContinuousClock.now + .seconds(20)
    while link.failures.isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
    #expect(link.failures.first?.contains("newer controller") == true)
    #expect(try await bench.atTarget("SELECT count(*)::text FROM item") == ["1"])
    await link.stop()
  }

  @Test(arguments: [3, 300])
  func aRowIsFoundByTheUniqueKeyThatTheSourceSends(rows: Int) async throws {
    let bench = try await LinkBench(
      "CREATE TABLE thing (id int PRIMARY KEY, code text NOT NULL, v text); CREATE UNIQUE INDEX code ON thing (code)")
    // At the target it stays the primary key.
    try await bench.onSource("ALTER TABLE thing REPLICA IDENTITY USING INDEX code")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO thing SELECT g, 'c' || g, 'first' FROM generate_series(1, \(rows)) g")
    try await bench.onSource("UPDATE thing SET v = 'second' WHERE id > 1")
    try await bench.onSource("UPDATE thing SET id = id + 1000, code = 'new' || id WHERE id % 2 = 0")
    try await bench.onSource("DELETE FROM thing WHERE id % 3 = 0")
    try await link.drain(bench)
    try await expectEqual("thing", bench)
    #expect(try await conflicts(bench) == [])
    #expect(link.parked.isEmpty)
    await link.stop()
  }

  @Test func aColumnThatTheTargetHadFirstIsTakenUp() async throws {
    let bench = try await LinkBench("CREATE TABLE pair (id int PRIMARY KEY, v text)")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO pair VALUES (1, 'a')")
    try await link.drain(bench)
    for side in [bench.onTarget, bench.onSource] { try await side("ALTER TABLE pair ADD extra text") }
    try await bench.onSource("INSERT INTO pair VALUES (2, 'b', 'more'); UPDATE pair SET extra = 'late' WHERE id = 1")
    try await link.drain(bench)
    try await expectEqual("pair", bench)
    #expect(link.parked.isEmpty && link.failures.isEmpty)
    await link.stop()
  }

  @Test func aSourceThatFallsSilentIsGivenUp() async throws {
    var bench = try await LinkBench("CREATE TABLE pair (id int PRIMARY KEY, v text)")
    bench.settings.silenceBorne = .seconds(2)
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO pair VALUES (1, 'a')")
    try await link.drain(bench)
    let sender = try await bench.atSource(
      "SELECT active_pid::text AS pid FROM pg_replication_slots WHERE slot_name = '\(bench.settings.slotName)'")
    let pid = try #require(pid_t(sender[0]))
    kill(pid, SIGSTOP)
    defer { kill(pid, SIGCONT) }
    let deadline = ContinuousClock.now + .seconds(30)
    while link.failures.isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
    #expect(link.failures.first?.contains("has sent nothing for 2 s") == true)
    kill(pid, SIGCONT)
    try await bench.onSource("INSERT INTO pair VALUES (2, 'b')")
    try await link.drain(bench)
    try await expectEqual("pair", bench)
    await link.stop()
  }
}
