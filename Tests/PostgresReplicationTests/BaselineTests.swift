import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

@Suite struct BaselineTests {
  private func prepare(_ bench: LinkBench) async throws -> ExportedSnapshot? {
    try await Preparation(settings: bench.settings).make().snapshot
  }

  private func baseline(_ bench: LinkBench, pagesPerRange: Int = 8, rebuildAbove: UInt64 = 0) -> Baseline {
    Baseline(settings: bench.settings, pagesPerRange: pagesPerRange, rebuildAbove: rebuildAbove)
  }

  /// Every row of a table as text, in one hash.
  private func hashes(_ bench: LinkBench, _ tables: [String]) async throws -> (source: [String], target: [String]) {
    let sql = tables.map { table in
      "SELECT '\(table) ' || count(*) || ' ' || md5(string_agg(r::text, '|' ORDER BY r::text COLLATE \"C\")) FROM \(table) r"
    }.joined(separator: " UNION ALL ")
    return (try await bench.atSource(sql), try await bench.atTarget(sql))
  }

  private static let indexes = """
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY 1
    """

  private static let shop = """
    CREATE TABLE customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
    CREATE TABLE orders (id bigint PRIMARY KEY, customer int REFERENCES customer DEFERRABLE, note text,
      total numeric(12,2) CHECK (total >= 0), twice numeric GENERATED ALWAYS AS (total * 2) STORED);
    CREATE INDEX orders_customer ON orders (customer); CREATE INDEX orders_note ON orders (lower(note)) WHERE total > 1;
    CREATE TABLE event (id int, day int, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM (0) TO (10);
    CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM (10) TO (20);
    CREATE TABLE nothing (id int PRIMARY KEY);
    CREATE TABLE none (id int PRIMARY KEY) PARTITION BY LIST (id);
    """
  private static let goods = """
    INSERT INTO customer (name) SELECT 'c' || n FROM generate_series(1, 500) n;
    INSERT INTO orders SELECT n, n % 500 + 1, repeat('x', n % 90), n FROM generate_series(1, 6000) n;
    DELETE FROM orders WHERE id % 7 = 0; UPDATE orders SET note = 'changed' WHERE id % 11 = 0;
    INSERT INTO event SELECT n, n % 20, 'e' || n FROM generate_series(1, 3000) n;
    """
  private static let tables = ["customer", "orders", "event", "nothing", "none"]

  @Test func everythingComesOverAndIndexesComeBack() async throws {
    let bench = try await LinkBench(Self.shop)
    try await bench.onSource("SET ROLE app; \(Self.goods)")
    let before = try await bench.atTarget(Self.indexes)
    let reports = Mutex<[LinkReport]>([])
    let snapshot = try #require(await prepare(bench))
    // What is committed after the snapshot is for the stream.
    try await bench.onSource("SET ROLE app; INSERT INTO customer (name) VALUES ('late')")
    try await baseline(bench).copy(from: snapshot) { report in reports.withLock { $0.append(report) } }
    try await bench.onSource("SET ROLE app; DELETE FROM customer WHERE name = 'late'")
    let found = try await hashes(bench, Self.tables)
    #expect(found.source == found.target)
    #expect(found.target.first?.hasPrefix("customer 500 ") == true)
    #expect(try await bench.atTarget(Self.indexes) == before)
    #expect(
      try await bench.atTarget("SELECT DISTINCT state || ' ' || ready AS s FROM signalbox.link_table")
        == ["streaming \(snapshot.position)"])
    #expect(try await bench.atTarget("SELECT name FROM signalbox.link_rebuild") == [])
    let copied = reports.withLock { $0 }.compactMap { report -> String? in
      guard case .copied(let table) = report else { return nil }
      return table
    }
    #expect(copied.sorted() == Self.tables.map { "public.\($0)" }.sorted())
    // Each table is told of by itself.
    var shares: [String: (done: UInt64, total: UInt64)] = [:]
    var finished = 0
    for case .copying(let table, let done, let total, let tables, 5) in reports.withLock({ $0 }) {
      #expect(shares[table].map { $0.total == total && $0.done <= done } ?? true)
      shares[table] = (done, total)
      finished = tables
    }
    #expect(finished == 5 && shares.count == 5 && shares.allSatisfy { $0.value.done == $0.value.total })
    #expect(Set(shares.values.map(\.total)).count > 1)
    // Again: nothing to do.
    #expect(try await prepare(bench) == nil)
    try await baseline(bench).copy(from: nil) { _ in Issue.record("there was nothing to report") }
  }

  @Test func awkwardValuesComeOverAsTheyAre() async throws {
    let bench = try await LinkBench(
      """
      CREATE TYPE mood AS ENUM ('sad', 'it''s ok'); CREATE DOMAIN code AS text CHECK (length(VALUE) < 9);
      CREATE TYPE pair AS (a int, b text); CREATE TYPE span AS RANGE (subtype = float8);
      CREATE TABLE "Odd ""Name" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Group" text, b bytea, f float8,
        g float4, n numeric, t timestamptz, d date, i interval, m mood, ms mood[], c code, p pair, r int4range,
        s span, j json, jb jsonb, x xml, u uuid, net inet, bits bit varying, tx tsvector, mo money, a text[][],
        ch char(5), pt point, oidc oid, e text GENERATED ALWAYS AS (lower("Group")) STORED);
      CREATE TABLE reg (id int PRIMARY KEY, c regclass, acl aclitem);
      CREATE TABLE bin (id int PRIMARY KEY, f float8, n numeric, t timestamptz, b bytea, x text, mo money, acl aclitem[]);
      """)
    try await bench.onSource(
      #"""
      SET ROLE app; SET datestyle = 'SQL, DMY'; SET extra_float_digits = 0;
      INSERT INTO "Odd ""Name" ("Group", b, f, g, n, t, d, i, m, ms, c, p, r, s, j, jb, x, u, net, bits, tx, mo, a, ch,
        pt, oidc) VALUES
        (E'tab\t nl\n cr\r bs\\ \\. \\N ß 😀', '\x00ff5c0a', 'NaN', '-Infinity', 'NaN', 'infinity', '-infinity',
          '1 year -2 days 03:04:05.000006', 'it''s ok', '{sad,NULL,"it''s ok"}', 'x', '(1,"a,""b")', '[1,5)', 'empty',
          '{"a" : 1,  "a":2}', '{"b":1}', '<a>1</a>', '00000000-0000-0000-0000-000000000001', '10.0.0.1/8', B'101',
          'a:1 b:2', '$1.50', '{{a,NULL},{"x y","\"q\""}}', 'ab', '(0.1,1e300)', 42),
        ('', '', 0.1, 0.1, 12345678901234567890.000, '4713-01-01 00:00:00 BC', '5874897-12-31', '0', NULL, '{}', NULL,
          '(,)', '(,)', '[0.1,0.3)', 'null', 'null', '', NULL, '::1', B'', '', NULL, '{}', '', NULL, NULL),
        (repeat('toast me', 5000), NULL, -0.0, 1e-45, 1e-200, '2026-03-29 01:59:59.999999+00', NULL, NULL, 'sad', NULL, NULL,
          NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
      INSERT INTO reg VALUES (1, 'bin', 'app=r/app');
      INSERT INTO bin SELECT n, random(), random(), now(), '\x0001', repeat('y', n % 200), 3, NULL
      FROM generate_series(1, 3000) n;
      """#)
    try await baseline(bench, pagesPerRange: 2).copy(from: try await prepare(bench)) { _ in }
    let found = try await hashes(bench, [#""Odd ""Name""#, "bin"])
    #expect(found.source == found.target)
    #expect(found.target.map { $0.contains(" 3 ") } == [true, false])
    #expect(try await bench.atTarget("SELECT c::text || acl AS c FROM reg") == ["binapp=r/app"])
  }

  /// Ends a baseline in its middle, once `stop` says so.
  private func interrupt(_ bench: LinkBench, _ stop: @escaping @Sendable (LinkReport) -> Bool) async throws {
    let running = Mutex<Task<Void, any Error>?>(nil)
    let snapshot = try await prepare(bench)
    let copy = baseline(bench, pagesPerRange: 2)
    let (gate, opened) = AsyncStream<Void>.makeStream()
    let task = Task {
      for await _ in gate { break }
      try await copy.copy(from: snapshot) { report in
        guard stop(report) else { return }
        running.withLock { $0?.cancel() }
        // Goes no further, however quick the rest would be: the cancellation ends the sleep.
        try? await Task.sleep(for: .seconds(30))
      }
    }
    running.withLock { $0 = task }
    opened.finish()
    await #expect(throws: (any Error).self) { try await task.value }
  }

  @Test func aCopyThatWasCutGoesOnWhereItWas() async throws {
    let bench = try await LinkBench(Self.shop)
    try await bench.onSource("SET ROLE app; \(Self.goods)")
    let indexes = try await bench.atTarget(Self.indexes)
    // The largest table is done, others are not.
    try await interrupt(bench) { report in
      guard case .copied = report else { return false }
      return true
    }
    let done = try await bench.atTarget(
      "SELECT table_name || ' ' || ready AS t FROM signalbox.link_table WHERE state = 'streaming' ORDER BY 1")
    #expect(!done.isEmpty && done.count < 5)
    // The application goes on; this is what the stream brings to the tables that are done already.
    try await bench.onSource(
      "SET ROLE app; INSERT INTO customer (name) VALUES ('between'); INSERT INTO event VALUES (-1, 1, 'between')")
    let start = try await bench.atTarget("SELECT position::text AS p FROM signalbox.link")

    #expect(try await prepare(bench) == nil)
    try await baseline(bench, pagesPerRange: 2).copy(from: nil) { _ in }
    #expect(try await bench.atTarget("SELECT position::text AS p FROM signalbox.link") == start)
    #expect(try await bench.atTarget("SELECT DISTINCT state FROM signalbox.link_table") == ["streaming"])
    #expect(
      try await bench.atTarget(
        "SELECT table_name || ' ' || ready AS t FROM signalbox.link_table ORDER BY 1"
      ).filter { done.contains($0) } == done)
    for table in Self.tables {
      let isOld = done.contains { $0.hasPrefix("public.\(table) ") }
      let found = try await hashes(bench, [table])
      let changed = table == "customer" || table == "event"
      #expect((found.source == found.target) == !(isOld && changed), "\(table), copied before: \(isOld)")
      // A table that was begun anew was noted down with a later position, so the stream skips what it holds.
      if !isOld {
        #expect(
          try await bench.atTarget(
            "SELECT (ready > (SELECT position FROM signalbox.link))::text AS later FROM signalbox.link_table "
              + "WHERE table_name = 'public.\(table)'") == ["true"])
      }
    }
    #expect(try await bench.atTarget(Self.indexes) == indexes)
  }

  @Test func aTableThatWasCutInItsMiddleBeginsAnew() async throws {
    var bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE INDEX t_v ON t (v)")
    // One session: another would copy the rest meanwhile.
    bench.settings.parallelCopies = 1
    try await bench.onSource("SET ROLE app; INSERT INTO t SELECT n, repeat('v', 100) FROM generate_series(1, 200000) n")
    let indexes = try await bench.atTarget(Self.indexes)
    let snapshot = try await prepare(bench)
    let copy = baseline(bench, pagesPerRange: 2)
    let task = Task { try await copy.copy(from: snapshot) { _ in } }
    let watcher = try await bench.connectTarget()
    while try await LinkBench.column("SELECT state FROM signalbox.link_table", on: watcher) != ["copying"] {}
    task.cancel()
    await watcher.close()
    await #expect(throws: (any Error).self) { try await task.value }
    #expect(try await bench.atTarget("SELECT state FROM signalbox.link_table") == ["copying"])
    try await bench.onSource("SET ROLE app; DELETE FROM t WHERE id % 2 = 0; UPDATE t SET v = 'new' WHERE id % 3 = 0")
    // Without its key at the target, the table is not taken for one that differs.
    #expect(try await Preparation(settings: bench.settings).make().parked.isEmpty)
    try await baseline(bench).copy(from: nil) { _ in }
    let found = try await hashes(bench, ["t"])
    #expect(found.source == found.target)
    #expect(try await bench.atTarget(Self.indexes) == indexes)
  }

  /// - Returns: the bench, whose rows are there and whose indexes are not, and what they were.
  private func cutBehindTheRows() async throws -> (bench: LinkBench, indexes: [String]) {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY, v text UNIQUE)")
    try await bench.onSource("SET ROLE app; INSERT INTO t SELECT n, n FROM generate_series(1, 2000) n")
    let indexes = try await bench.atTarget(Self.indexes)
    try await interrupt(bench) { report in
      guard case .copied = report else { return false }
      return true
    }
    return (bench, indexes)
  }

  @Test func indexesComeBackAfterACrashBehindTheRows() async throws {
    let (bench, indexes) = try await cutBehindTheRows()
    #expect(try await bench.atTarget("SELECT state FROM signalbox.link_table") == ["streaming"])
    try await baseline(bench).copy(from: nil) { _ in }
    #expect(try await bench.atTarget(Self.indexes) == indexes)
  }

  /// Whoever sees a table without its key may make it again.
  @Test(arguments: [false, true])
  func whatSomebodyElseHasMadeAgainComesBackOnce(isCopiedAnew: Bool) async throws {
    let (bench, indexes) = try await cutBehindTheRows()
    try await bench.onTarget("SET ROLE app; ALTER TABLE t ADD PRIMARY KEY (id)")
    if isCopiedAnew { try await bench.onTarget("UPDATE signalbox.link_table SET state = 'copying', ready = NULL") }
    try await baseline(bench).copy(from: nil) { _ in }
    #expect(try await bench.atTarget(Self.indexes) == indexes)
    #expect(try await bench.atTarget("SELECT name FROM signalbox.link_rebuild").isEmpty)
  }

  @Test func aForeignKeyThatDoesNotHoldYetIsValidatedLater() async throws {
    let bench = try await LinkBench(
      """
      CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p);
      COMMENT ON CONSTRAINT c_p_fkey ON c IS E'whose\nit''s'
      """)
    try await bench.onSource("SET ROLE app; INSERT INTO p VALUES (1)")
    try await baseline(bench).copy(from: try await prepare(bench)) { _ in }
    // The child is copied again, from an instant at which it refers to what the parent's copy does not hold yet.
    try await bench.onSource("SET ROLE app; INSERT INTO p VALUES (2); INSERT INTO c VALUES (1, 2)")
    try await bench.onTarget(
      "UPDATE signalbox.link_table SET state = 'copying', ready = NULL WHERE table_name = 'public.c'")
    try await baseline(bench).copy(from: nil) { _ in }
    let state = """
      SELECT convalidated || ' ' || obj_description(oid, 'pg_constraint') AS v FROM pg_constraint WHERE contype = 'f'
      """
    #expect(try await bench.atTarget(state) == ["false whose\nit's"])
    try await bench.onTarget("SET session_replication_role = replica; INSERT INTO p VALUES (2)")
    try await baseline(bench).copy(from: nil) { _ in }
    #expect(try await bench.atTarget(state) == ["true whose\nit's"])
    #expect(try await bench.atTarget("SELECT name FROM signalbox.link_rebuild") == [])
  }

  @Test func rowsThatAreNotOursAreNotThrownAway() async throws {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY)")
    try await bench.onTarget("INSERT INTO t VALUES (9)")
    let snapshot = try await prepare(bench)
    let error = await #expect(throws: LinkFailure.self) { try await baseline(bench).copy(from: snapshot) { _ in } }
    #expect(error?.description.contains(#"TRUNCATE "public"."t""#) == true)
    #expect(try await bench.atTarget("SELECT id::text AS id FROM t") == ["9"])
  }

  @Test func aHolderThatWasSupersededCopiesNothing() async throws {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    try await bench.onTarget("DELETE FROM t")
    let snapshot = try await prepare(bench)
    try await bench.onTarget("UPDATE signalbox.link SET generation = 2")
    let error = await #expect(throws: LinkFailure.self) { try await baseline(bench).copy(from: snapshot) { _ in } }
    #expect(error?.description.contains("newer generation") == true)
    #expect(try await bench.atTarget("SELECT id::text AS id FROM t") == [])
  }

  @Test func rangesCoverEveryPageOnce() {
    let plan = CopyRange.plan(
      [.init(relation: "a", pages: 25, bytes: 100), .init(relation: "b", pages: 0, bytes: 0)], of: "t",
      pagesPerRange: 10, splits: true)
    #expect(plan.map(\.from) == [nil, 10, 20, nil])
    #expect(plan.map(\.to) == [10, 20, nil, nil])
    #expect(
      plan[1].select("x", binary: true)
        == "COPY (SELECT x FROM ONLY a WHERE ctid >= '(10,0)'::tid AND ctid < '(20,0)'::tid) TO STDOUT (FORMAT binary)")
    #expect(
      CopyRange.plan([.init(relation: "a", pages: 25, bytes: 1)], of: "t", pagesPerRange: 10, splits: false).count == 1)
  }

  @Test func theFasterFormatIsKept() {
    var trial = FormatTrial(mayBeBinary: true)
    let first = [trial.next(), trial.next(), trial.next()]
    #expect(first == [false, true, false])
    trial.record(binary: false, seconds: 2, bytes: 100)
    trial.record(binary: true, seconds: 1, bytes: 100)
    let better = trial.next()
    trial.refuseBinary()
    let refused = trial.next()
    #expect(better && !refused)
  }
}
