import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

@Suite struct SnapshotTests {
  private static let everyValue = """
    CREATE TYPE mood AS ENUM ('calm', 'cross');
    CREATE TABLE thing (
      id int PRIMARY KEY, note text, amount numeric(12,2), size float8, at timestamptz, moods mood[], data jsonb,
      bytes bytea, twice int GENERATED ALWAYS AS (id * 2) STORED);
    CREATE TABLE history (delta int, note text);
    CREATE TABLE pair (a int, "B c" text, v text, PRIMARY KEY (a, "B c"));
    CREATE TABLE part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (100);
    CREATE TABLE part_2 PARTITION OF part DEFAULT;
    """

  private func bench(_ schema: String, timestampColumn: String? = nil) async throws -> LinkBench {
    var bench = try await LinkBench(schema)
    bench.settings.mode = .snapshot
    bench.settings.timestampColumn = timestampColumn
    return bench
  }

  private func pass(_ bench: LinkBench) async throws -> SnapshotPass.Outcome {
    try await SnapshotPass(settings: bench.settings).run { _ in }
  }

  private func expectEqual(_ table: String, _ bench: LinkBench) async throws {
    let sql = "SELECT t::text FROM \(table) t ORDER BY t::text COLLATE \"C\""
    #expect(try await bench.atTarget(sql) == bench.atSource(sql), "\(table)")
  }

  private func conflicts(_ bench: LinkBench) async throws -> [String] {
    try await bench.atTarget(
      """
      SELECT format('%s %s %s: %s over %s %s', table_name, key, kind, kept_row, discarded_node, discarded_row)
      FROM signalbox.conflict ORDER BY key
      """)
  }

  /// Both sides have one row, and the target shows the source's first snapshot.
  private func accounts() async throws -> LinkBench {
    let bench = try await bench(
      "CREATE TABLE account (id int PRIMARY KEY, v text, updated_at timestamptz)", timestampColumn: "updated_at")
    try await bench.onSource("INSERT INTO account VALUES (1, 'source', '2020-01-01')")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    _ = try await pass(bench)
    return bench
  }

  private func held(_ bench: LinkBench) async throws -> [String] {
    try await bench.atTarget("SELECT id || v FROM account ORDER BY id")
  }

  /// Returns once the next pass counts all that the target holds as seen: other tests have transactions at its server.
  private func settle(_ bench: LinkBench) async throws {
    let now = try await bench.atTarget("SELECT pg_current_xact_id()::text")[0]
    try await bench.waitAtTarget(for: "SELECT WHERE pg_snapshot_xmin(pg_current_snapshot()) > '\(now)'::xid8")
  }

  @Test func changesOfEveryKindArrive() async throws {
    let bench = try await bench(Self.everyValue)
    let link = SnapshotLink(settings: bench.settings)
    try await bench.onSource(
      """
      INSERT INTO thing SELECT g, E'a\\tb\\\\c\\n' || g, g * 1.5, 'NaN', 'infinity', '{calm,cross}', '{"a": [1]}', '\\x00ff'
        FROM generate_series(1, 500) g;
      INSERT INTO history SELECT g % 3, NULL FROM generate_series(1, 10) g;
      INSERT INTO pair VALUES (1, 'it''s, "quoted" \\', 'x'), (2, 'y', NULL);
      INSERT INTO part SELECT g, 'v' FROM generate_series(50, 150) g
      """)
    #expect(try await link.prepare().obstacles == [])
    #expect(try await link.inspect().obstacles == [])
    #expect(try await link.inspect().isPrepared)
    let first = try await pass(bench)
    #expect(first.parked == [:])
    for table in ["thing", "history", "pair", "part"] { try await expectEqual(table, bench) }
    try await bench.onSource(
      """
      UPDATE thing SET note = NULL, size = '-infinity' WHERE id = 7; DELETE FROM thing WHERE id = 8;
      INSERT INTO thing (id) VALUES (1000); UPDATE thing SET id = 2000 WHERE id = 9;
      DELETE FROM history WHERE ctid = (SELECT min(ctid) FROM history WHERE delta = 1);
      INSERT INTO history VALUES (1, 'new'), (1, 'new'); UPDATE pair SET v = 'z' WHERE a = 1; DELETE FROM pair WHERE a = 2;
      UPDATE part SET id = id + 1000 WHERE id = 60; DELETE FROM part WHERE id = 61; UPDATE part SET v = 'w' WHERE id = 120
      """)
    let second = try await pass(bench)
    for table in ["thing", "history", "pair", "part"] { try await expectEqual(table, bench) }
    #expect(second.written["public.thing"] == 5)
    #expect(try await conflicts(bench) == [])
    let outcome = try #require(
      try await link.verify(tables: ["public.thing"], progress: { _ in })["public.thing"])
    #expect(outcome.summary.isEqual)
    #expect(try await bench.atTarget("SELECT position::text FROM signalbox.link") == ["\(second.position)"])
  }

  @Test func onlyRowsThatDifferTravel() async throws {
    let bench = try await bench("CREATE TABLE big (id int PRIMARY KEY, v text)")
    try await bench.onSource("INSERT INTO big SELECT g, repeat('x', 200) || g FROM generate_series(1, 20000) g")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    let first = try await pass(bench)
    #expect(first.travelledRows == 20_000)
    #expect(first.travelledBytes > 4_000_000)
    try await bench.onSource("UPDATE big SET v = 'y' || v WHERE id % 200 = 0; DELETE FROM big WHERE id = 1")
    let second = try await pass(bench)
    #expect(second.travelledRows == 101)
    #expect(second.travelledBytes < 25_000)
    let third = try await pass(bench)
    #expect(third.travelledRows == 0)
    try await expectEqual("big", bench)
  }

  @Test func theLaterVersionStaysAndTheOtherIsLogged() async throws {
    let bench = try await bench(
      "CREATE TABLE account (id int PRIMARY KEY, v text, updated_at timestamptz)", timestampColumn: "updated_at")
    try await bench.onSource("INSERT INTO account SELECT g, 'a', '2020-01-01' FROM generate_series(1, 6) g")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    _ = try await pass(bench)
    try await bench.onTarget(
      """
      UPDATE account SET v = 'target', updated_at = '2030-01-01' WHERE id IN (1, 2);
      UPDATE account SET v = 'target', updated_at = '2010-01-01' WHERE id = 3;
      UPDATE account SET v = 'target' WHERE id = 4;
      INSERT INTO account VALUES (7, 'new', now() + interval '1 hour'), (8, 'old', '2010-01-01')
      """)
    try await bench.onSource("UPDATE account SET v = 'source', updated_at = '2025-01-01' WHERE id = 2")
    try await bench.onSource("DELETE FROM account WHERE id = 5")
    for _ in 1...2 {
      _ = try await pass(bench)
      #expect(
        try await bench.atTarget("SELECT id || v FROM account ORDER BY id")
          == ["1target", "2target", "3a", "4a", "6a", "7new", "8old"])
    }
    let found = try await bench.atTarget(
      "SELECT concat_ws(' ', key, kind, kept_node, kept_row ->> 'v', discarded_node, discarded_row ->> 'v') "
        + "FROM signalbox.conflict ORDER BY key")
    let (s, t) = (bench.settings.sourceNode, bench.settings.targetNode)
    #expect(
      found == [
        "id=1 update/update \(t) target \(s) a", "id=2 update/update \(t) target \(s) source",
        "id=3 update/update \(s) a \(t) target", "id=4 update/update \(s) a \(t) target",
        "id=7 delete/update \(t) new \(s)", "id=8 delete/update \(t) old \(s)",
      ])
    // A row that was kept stays, and goes by its times from then on.
    try await bench.onSource("UPDATE account SET v = 'newest', updated_at = '2031-01-01' WHERE id = 1")
    _ = try await pass(bench)
    #expect(try await bench.atTarget("SELECT v FROM account WHERE id IN (1, 7) ORDER BY id") == ["newest", "new"])
    #expect(
      try await bench.atTarget("SELECT discarded_row ->> 'v' FROM signalbox.conflict ORDER BY id DESC LIMIT 1")
        == ["target"])
  }

  @Test func whatIsPutBackStays() async throws {
    let bench = try await bench(
      "CREATE TABLE account (id int PRIMARY KEY, v text, updated_at timestamptz)", timestampColumn: "updated_at")
    try await bench.onSource("INSERT INTO account VALUES (1, 'source', '2020-01-01')")
    let link = SnapshotLink(settings: bench.settings)
    #expect(try await link.prepare().obstacles == [])
    _ = try await pass(bench)
    try await bench.onTarget("UPDATE account SET v = 'target', updated_at = '2010-01-01'")
    _ = try await pass(bench)
    let conflict = try #require(try await link.conflicts(newest: 1).first)
    try await link.reapply(conflict: conflict.id)
    _ = try await pass(bench)
    #expect(try await bench.atTarget("SELECT v FROM account") == ["target"])
  }

  /// Whatever its time, and whatever becomes of the log and of the table's columns.
  @Test func whatTheTargetInsertedStays() async throws {
    let bench = try await accounts()
    try await bench.onTarget("INSERT INTO account VALUES (7, 'target', '2001-01-01')")
    for _ in 1...3 {
      try await settle(bench)
      _ = try await pass(bench)
      #expect(try await held(bench) == ["1source", "7target"])
    }
    #expect(try await conflicts(bench).count == 1)
    try await bench.onTarget("DELETE FROM signalbox.conflict")
    _ = try await pass(bench)
    #expect(try await held(bench) == ["1source", "7target"])
    for side in [bench.onSource, bench.onTarget] {
      try await side("ALTER TABLE account ADD COLUMN extra int DEFAULT 5")
    }
    for change in ["", "UPDATE account SET v = 'changed' WHERE id = 7", ""] {
      try await bench.onTarget(change)
      try await settle(bench)
      #expect(try await pass(bench).parked == [:])
    }
    #expect(try await held(bench) == ["1source", "7changed"])
    #expect(try await conflicts(bench) == [])
    // Books of an earlier version, and those of another server.
    for books in ["DELETE FROM signalbox.link_seen", "UPDATE signalbox.link_seen SET horizon = 1::bigint << 60"] {
      try await bench.onTarget("\(books); DELETE FROM signalbox.link_kept")
      _ = try await pass(bench)
      #expect(try await held(bench) == ["1source", "7changed"])
      #expect(try await bench.atTarget("SELECT key FROM signalbox.link_kept") == ["id=7"])
    }
  }

  @Test func whatATransactionCommitsAfterAPassStays() async throws {
    let bench = try await accounts()
    let writer = try await bench.connectTarget()
    try await writer.execute(
      "BEGIN; SAVEPOINT a; INSERT INTO account VALUES (7, 'late', '2001-01-01')", timeout: .seconds(10))
    _ = try await pass(bench)
    try await writer.execute("COMMIT", timeout: .seconds(10))
    await writer.close()
    for _ in 1...2 {
      try await settle(bench)
      _ = try await pass(bench)
      #expect(try await held(bench) == ["1source", "7late"])
    }
  }

  @Test func aRowThatTheSourceDeletesGoesThoughTheTargetHadChangedIt() async throws {
    let bench = try await accounts()
    try await bench.onTarget("UPDATE account SET v = 'target', updated_at = '2030-01-01'")
    try await settle(bench)
    _ = try await pass(bench)
    #expect(try await held(bench) == ["1target"])
    try await bench.onSource("DELETE FROM account")
    _ = try await pass(bench)
    #expect(try await held(bench) == [])
    let newest = """
      SELECT concat_ws(' ', key, kind, kept_node, discarded_node, discarded_row ->> 'v') FROM signalbox.conflict
      ORDER BY id DESC LIMIT 1
      """
    let (s, t) = (bench.settings.sourceNode, bench.settings.targetNode)
    #expect(try await bench.atTarget(newest) == ["id=1 delete/update \(s) \(t) target"])
  }

  @Test func aKeptRowGoesWithTheSourcesOnceThatHasItsKey() async throws {
    let bench = try await accounts()
    try await bench.onTarget("INSERT INTO account VALUES (7, 'target', '2001-01-01'), (8, 'target', '2030-01-01')")
    try await settle(bench)
    _ = try await pass(bench)
    #expect(try await held(bench) == ["1source", "7target", "8target"])
    try await bench.onSource("INSERT INTO account VALUES (7, 'source', '2020-01-01'), (8, 'source', '2020-01-01')")
    _ = try await pass(bench)
    #expect(try await held(bench) == ["1source", "7source", "8target"])
    try await bench.onSource("DELETE FROM account WHERE id > 1")
    _ = try await pass(bench)
    #expect(try await held(bench) == ["1source"])
  }

  /// Nobody has seen what the source had of them meanwhile.
  @Test func rowsOfATableThatWasSetAsideStay() async throws {
    let bench = try await accounts()
    try await bench.onTarget("UPDATE account SET v = 'target', updated_at = '2021-01-01'")
    try await settle(bench)
    _ = try await pass(bench)
    try await bench.onSource("ALTER TABLE account ADD COLUMN extra int; DELETE FROM account")
    #expect(try await pass(bench).parked["public.account"] != nil)
    try await bench.onTarget("INSERT INTO account VALUES (7, 'target', '2001-01-01')")
    try await settle(bench)
    #expect(try await pass(bench).parked["public.account"] != nil)
    try await bench.onTarget("ALTER TABLE account ADD COLUMN extra int")
    for _ in 1...2 {
      #expect(try await pass(bench).parked == [:])
      #expect(try await held(bench) == ["1target", "7target"])
    }
  }

  /// Three times all that a row can hold have gone by, and a hundred more.
  @Test func theLowerHalfTellsATransaction() async throws {
    let bench = try await LinkBench()
    let numbers = ["100", "99", "101"].map { MergeSQL.number(of: $0, now: "12884901988") }.joined(separator: ", ")
    let found = try await bench.atTarget("SELECT concat_ws(' ', \(numbers)) AS numbers")
    #expect(found == ["12884901988 12884901987 8589934693"])
  }

  @Test func rowsExchangeWhatIsUnique() async throws {
    let bench = try await bench("CREATE TABLE seat (id int PRIMARY KEY, place int UNIQUE)")
    try await bench.onSource("INSERT INTO seat VALUES (1, 10), (2, 20), (3, 30)")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    _ = try await pass(bench)
    try await bench.onSource(
      "UPDATE seat SET place = -id; UPDATE seat SET place = 20 WHERE id = 1; UPDATE seat SET place = 10 WHERE id = 2")
    #expect(try await pass(bench).parked == [:])
    try await expectEqual("seat", bench)
  }

  @Test func tablesThatReferToEachOtherFindTheirOrder() async throws {
    let bench = try await bench(
      """
      CREATE TABLE z_parent (id int PRIMARY KEY); CREATE TABLE a_child (id int PRIMARY KEY, parent int REFERENCES z_parent)
      """)
    try await bench.onSource("INSERT INTO z_parent VALUES (1), (2); INSERT INTO a_child VALUES (1, 1), (2, 2)")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    #expect(try await pass(bench).parked == [:])
    try await bench.onSource("DELETE FROM a_child WHERE id = 1; DELETE FROM z_parent WHERE id = 1")
    #expect(try await pass(bench).parked == [:])
    for table in ["z_parent", "a_child"] { try await expectEqual(table, bench) }
  }

  @Test func aTableThatIsRefusedIsSetAsideUntilItIsMended() async throws {
    let bench = try await bench("CREATE TABLE good (id int PRIMARY KEY); CREATE TABLE bad (id int PRIMARY KEY, n int)")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    try await bench.onTarget("ALTER TABLE bad ADD CHECK (n < 10)")
    try await bench.onSource("INSERT INTO good VALUES (1); INSERT INTO bad VALUES (1, 5), (2, 50)")
    let outcome = try await pass(bench)
    #expect(outcome.parked["public.bad"]?.contains("bad_n_check") == true)
    #expect(try await bench.atTarget("SELECT count(*)::text FROM bad") == ["0"])
    try await expectEqual("good", bench)
    try await bench.onTarget("ALTER TABLE bad DROP CONSTRAINT bad_n_check")
    #expect(try await pass(bench).parked == [:])
    try await expectEqual("bad", bench)
    #expect(try await bench.atTarget("SELECT DISTINCT state FROM signalbox.link_table") == ["streaming"])
  }

  @Test func aCrashLeavesWholeTablesAndTheNextPassGoesOn() async throws {
    let bench = try await bench(
      "CREATE TABLE a (id int PRIMARY KEY, v int); CREATE TABLE b (id int PRIMARY KEY, v int)")
    try await bench.onSource(
      "INSERT INTO a SELECT g, 0 FROM generate_series(1, 3000) g; INSERT INTO b SELECT g, 0 FROM generate_series(1, 3000) g"
    )
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    _ = try await pass(bench)
    try await bench.onSource("UPDATE a SET v = 1; UPDATE b SET v = 1")
    // The second table is held, so that the pass is in the middle of it when it ends.
    let holder = try await bench.connectTarget()
    try await holder.execute("BEGIN; SELECT FROM b WHERE id = 1500 FOR UPDATE", timeout: .seconds(10))
    let crashing = Task { try await pass(bench) }
    let waiting = """
      SELECT count(*)::text FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
      """
    while try await bench.atTarget(waiting) == ["0"] { try await Task.sleep(for: .milliseconds(20)) }
    crashing.cancel()
    await #expect(throws: (any Error).self) { try await crashing.value }
    try await holder.execute("ROLLBACK", timeout: .seconds(10))
    await holder.close()
    #expect(try await bench.atTarget("SELECT DISTINCT v::text FROM a") == ["1"])
    #expect(try await bench.atTarget("SELECT DISTINCT v::text FROM b") == ["0"])
    let next = try await pass(bench)
    #expect(next.travelledRows == 3000)
    for table in ["a", "b"] { try await expectEqual(table, bench) }
    #expect(try await conflicts(bench) == [])
  }

  @Test func aTableWithoutTheTimestampIsWarnedOf() async throws {
    let bench = try await bench(
      "CREATE TABLE timed (id int PRIMARY KEY, at timestamptz); CREATE TABLE untimed (id int PRIMARY KEY, at text)",
      timestampColumn: "at")
    let warnings = try await SnapshotLink(settings: bench.settings).prepare().warnings
    #expect(warnings.contains { $0.contains("public.untimed has no time in a column at") }, "\(warnings)")
    #expect(!warnings.contains { $0.contains("public.timed") }, "\(warnings)")
  }

  @Test func whoeverWaitsForAPassSeesThatItGoesOn() async throws {
    let bench = try await bench("CREATE TABLE item (id int PRIMARY KEY, v text)")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    try await bench.onSource("INSERT INTO item SELECT g, repeat('x', 1000) FROM generate_series(1, 2000) g")
    let reports = Mutex<[LinkReport]>([])
    let pass = SnapshotPass(settings: bench.settings, signEvery: .milliseconds(1))
    _ = try await pass.run { report in reports.withLock { $0.append(report) } }
    let first = reports.withLock { $0 }
    let isTold = first.contains { report in
      guard case .copying("public.item", _, let total, 0, 1) = report else { return false }
      return total > 1_000_000
    }
    #expect(isTold && first.contains(.copied(table: "public.item")) && first.contains(.working))
    #expect(first.contains(.settled))
    // What is compared alone is no copy.
    reports.withLock { $0 = [] }
    _ = try await pass.run { report in reports.withLock { $0.append(report) } }
    #expect(!reports.withLock { $0 }.contains(.copied(table: "public.item")))
    #expect(reports.withLock { $0 }.contains(.working))
  }

  /// A comparison waits for passes, and not for a link that takes none.
  @Test func aComparisonEndsWhereNoPassComes() async throws {
    let bench = try await bench("CREATE TABLE item (id int PRIMARY KEY)")
    let link = SnapshotLink(settings: bench.settings)
    #expect(try await link.prepare().obstacles == [])
    try await bench.onSource("INSERT INTO item VALUES (1)")
    try await bench.onTarget("UPDATE signalbox.link SET generation = 99")
    for _ in 0..<4 { await #expect(throws: LinkFailure.self) { try await link.stream { _ in } } }
    let outcome = try await link.verify(tables: ["public.item"]) { _ in }
    #expect(outcome["public.item"]?.summary.failure?.contains("takes no snapshot") == true, "\(outcome)")
  }

  @Test func snapshotsAreTakenUntilCancelled() async throws {
    var bench = try await bench("CREATE TABLE item (id int PRIMARY KEY)")
    bench.settings.snapshotInterval = .milliseconds(100)
    let link = SnapshotLink(settings: bench.settings)
    #expect(try await link.prepare().obstacles == [])
    let seen = Mutex(LinkProgress?.none)
    let running = Task {
      try await link.stream { report in
        if case .applied(let progress) = report { seen.withLock { $0 = progress } }
      }
    }
    for number in 1...3 {
      try await bench.onSource("INSERT INTO item VALUES (\(number))")
      let goal = try await link.sourcePosition()
      let deadline = ContinuousClock.now + .seconds(30)
      while try await link.appliedPosition() < goal, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      try await expectEqual("item", bench)
    }
    #expect(seen.withLock { $0 }?.appliedCommit != nil)
    running.cancel()
    _ = await running.result
    try await link.tearDown()
    #expect(try await bench.atTarget("SELECT count(*)::text FROM signalbox.link") == ["0"])
    #expect(try await bench.atTarget("SELECT count(*)::text FROM signalbox.link_seen") == ["0"])
  }

  @Test func aSourceThatIsOnlyReadServes() async throws {
    let source = try await TemporaryCluster.start(address: "127.27.0.1", extraSettings: ["wal_level = replica"])
    var bench = try await bench("")
    try await bench.onTarget("SET ROLE app; CREATE TABLE public.item (id int PRIMARY KEY, v text)")
    try await source.administer(
      """
      CREATE TABLE item (id int PRIMARY KEY, v text); INSERT INTO item VALUES (1, 'a');
      ALTER DATABASE app SET default_transaction_read_only = on
      """)
    bench.settings.source = source.settings()
    let link = SnapshotLink(settings: bench.settings)
    #expect(
      try await link.inspect().obstacles == [
        "the source \(bench.settings.sourceNode): GRANT SELECT ON \"public\".\"item\" TO app"
      ])
    try await source.administer("SET default_transaction_read_only = off; GRANT SELECT ON item TO app")
    #expect(try await link.inspect().obstacles == [])
    #expect(try await link.prepare().obstacles == [])
    _ = try await pass(bench)
    #expect(try await bench.atTarget("SELECT id || v FROM item") == ["1a"])
    #expect(try await link.verify(tables: ["public.item"], progress: { _ in })["public.item"]?.summary.isEqual == true)
    try await bench.onTarget("UPDATE item SET v = 'b'")
    try await link.tearDown()
  }

  @Test func anOlderHostIsRefused() async throws {
    let bench = try await bench("CREATE TABLE item (id int PRIMARY KEY)")
    #expect(try await SnapshotLink(settings: bench.settings).prepare().obstacles == [])
    try await bench.onSource("INSERT INTO item VALUES (1)")
    try await bench.onTarget("UPDATE signalbox.link SET generation = 7")
    let error = await #expect(throws: LinkFailure.self) { try await pass(bench) }
    #expect(error?.description.contains("newer controller") == true)
    #expect(try await bench.atTarget("SELECT count(*)::text FROM item") == ["0"])
  }
}
