import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

/// Two real servers, compared.
@Suite struct VerifyTests {
  static let awkward = """
    CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE TYPE pair AS (a int, b text);
    CREATE DOMAIN positive AS int CHECK (VALUE > 0);
    CREATE TABLE awkward (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mood mood, pair pair, positive positive,
      list int[], words text[], doc json, docb jsonb, bin bytea, day date, at timestamptz, f4 real, f8 float8,
      num numeric, span tstzrange, gap interval, bits bit(3), address inet, uid uuid, padded char(7), cash money,
      page xml, class regclass, twice bigint GENERATED ALWAYS AS (id * 2) STORED, "odd ""name" text);
    INSERT INTO awkward (mood, pair, positive, list, words, doc, docb, bin, day, at, f4, f8, num, span, gap, bits, address,
      uid, padded, cash, page, class, "odd ""name") VALUES
      ('sad', ROW(1, 'a "quoted", (one)'), 7, '{1,NULL,3}', ARRAY['a,b', 'c"d', '', NULL, 'NULL'], '{"a" : [1, null]}',
        '{"b":2,"a":"\\u00e9"}', '\\x00ff10', 'infinity', '-infinity', 'NaN', '-0', 'NaN', '[2024-01-01,2024-01-02 03:04)',
        '1 year -3 days 04:05:06.7', B'101', '10.0.0.1/8', '00000000-0000-0000-0000-0000000000ff', 'x', 12.5,
        '<a>b</a>', 'awkward', E'tab\\tline\\nback\\\\slash'),
      ('glad', NULL, NULL, '{}', '{{a,b},{c,d}}', 'null', '[]', '', '0044-03-15 BC', '2024-07-31 12:00:00.123456+02',
        0.1, 0.1::float8 + 0.2::float8, 1.50, 'empty', '-00:00:00.000001', B'000', '::1', NULL, '', -1, '', 'pg_class',
        ''),
      (NULL, ROW(NULL, ''), 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '-Infinity', 1e300, 1e-30, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL);
    CREATE TABLE keyless (a int, b text);
    INSERT INTO keyless VALUES (1, 'x'), (1, 'x'), (2, NULL), (2, '');
    CREATE TABLE named (kind text, no int, "the ""name" text, note text, PRIMARY KEY (kind, no, "the ""name"));
    INSERT INTO named SELECT kind, no, name, repeat('long ', 2000)
      FROM unnest(ARRAY['it''s', E'back\\\\slash', 'a,b)', 'ß😀', E'e\\u0301', 'é', '']) kind, generate_series(1, 3) no,
      unnest(ARRAY['"', ' ']) name;
    CREATE TABLE nothing (id int PRIMARY KEY);
    CREATE TABLE event (id int, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE event_a PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
    CREATE TABLE event_b PARTITION OF event DEFAULT;
    INSERT INTO event SELECT n, '2024-01-01'::date + n % 60, 'note ' || n FROM generate_series(1, 500) n;
    """

  /// Locale and output settings differ, in the servers' configuration.
  @Test func equalRowsAreEqualWhateverTheServersWriteLike() async throws {
    let pair = try await VerifyPair.start(
      1,
      sourceSettings: [
        "timezone = 'Asia/Kathmandu'", "extra_float_digits = 0", "bytea_output = 'escape'", "datestyle = 'German'",
        "intervalstyle = 'iso_8601'", "xmloption = 'document'",
      ], targetSettings: ["timezone = 'America/Caracas'", "datestyle = 'SQL, DMY'", "extra_float_digits = -2"])
    try await pair.run("SET timezone = 'UTC'; SET datestyle = 'ISO'; SET xmloption = 'content'; " + Self.awkward)
    // The target is partitioned otherwise, and its rows lie elsewhere.
    try await pair.run(
      """
      CREATE TABLE event_c PARTITION OF event FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      UPDATE named SET note = note; DELETE FROM event; INSERT INTO event SELECT n, '2024-01-01'::date + n % 60, 'note ' || n
      FROM generate_series(500, 1, -1) n
      """, on: [.target])
    let outcomes = try await pair.verify()
    #expect(outcomes.mapValues(\.summary.failure).filter { $0.value != nil } == [:])
    #expect(outcomes.mapValues(\.summary.counts) == outcomes.mapValues { _ in [0, 0, 0] })
    #expect(
      outcomes.mapValues(\.summary.rowsCompared) == [
        "public.awkward": 3, "public.keyless": 4, "public.named": 42, "public.nothing": 0, "public.event": 500,
      ])
    try await everyColumnCounts(pair)
  }

  /// A change of any one value is found, the smallest that the type can hold included.
  private func everyColumnCounts(_ pair: VerifyPair) async throws {
    let changes = [
      "f8 = '0' WHERE id = 1", "f4 = '0' WHERE id = 1", "f8 = 0.3 WHERE id = 2", "num = 1.5 WHERE id = 2",
      "doc = '{\"a\": [1, null]}' WHERE id = 1", "\"odd \"\"name\" = NULL WHERE id = 2",
      "words = '{NULL}' WHERE id = 3",
      "pair = NULL WHERE id = 3", "at = at + '1 microsecond' WHERE id = 2", "bin = NULL WHERE id = 2",
      "positive = 2 WHERE id = 3",
    ]
    for change in changes {
      try await pair.run("CREATE TABLE before AS SELECT * FROM awkward; UPDATE awkward SET \(change)", on: [.target])
      let outcome = try #require(try await pair.verify()["public.awkward"])
      #expect(outcome.summary.counts == [0, 0, 1], "\(change)")
      let id = try #require(change.last)
      #expect(outcome.differences.map(\.key) == ["id=\(id)"])
      let column = try #require(change.split(separator: " = ").first)
      try await pair.run(
        "UPDATE awkward a SET \(column) = b.\(column) FROM before b WHERE a.id = b.id; DROP TABLE before", on: [.target]
      )
    }
    #expect(try await pair.verify()["public.awkward"]?.summary.isEqual == true)
  }

  @Test func keysOfManyKindsAreNamed() async throws {
    let pair = try await VerifyPair.start(2)
    try await pair.run(Self.awkward)
    try await pair.run(
      """
      DELETE FROM named WHERE kind = 'it''s' AND no = 2 AND "the ""name" = '"';
      UPDATE named SET kind = E'e\\u0301' || 'x' WHERE kind = E'e\\u0301' AND no = 1 AND "the ""name" = ' ';
      UPDATE named SET note = NULL WHERE kind = E'back\\\\slash' AND no = 3 AND "the ""name" = ' ';
      DELETE FROM keyless WHERE ctid = '(0,1)'; INSERT INTO keyless VALUES (2, NULL), (3, 'new'), (3, 'new')
      """, on: [.target])
    let outcomes = try await pair.verify()
    let named = try #require(outcomes["public.named"])
    #expect(named.summary.counts == [2, 1, 1])
    #expect(
      Set(named.differences.map { "\($0.kind) \($0.key)" }) == [
        "missing kind='it''s', no=2, the \"name='\"'", "missing kind='e\u{301}', no=1, the \"name=' '",
        "surplus kind='e\u{301}x', no=1, the \"name=' '", "unlike kind='back\\slash', no=3, the \"name=' '",
      ])
    let keyless = try #require(outcomes["public.keyless"])
    #expect(keyless.summary.counts == [1, 3, 0])
    #expect(
      Set(keyless.differences.map { "\($0.kind) \($0.key)" }) == ["missing (1,x)", "surplus (2,)", "surplus (3,new)"])
  }

  @Test func plantedDifferencesAreFoundAndFewRowsTravel() async throws {
    let pair = try await VerifyPair.start(3, sourceSettings: ["shared_preload_libraries = 'pg_stat_statements'"])
    try await pair.run("CREATE EXTENSION pg_stat_statements", on: [.source])
    try await pair.run(
      """
      CREATE TABLE big (id int PRIMARY KEY, a text, b int);
      INSERT INTO big SELECT n, md5(n::text), n % 97 FROM generate_series(1, 200000) n; ANALYZE big
      """)
    try await pair.run(
      """
      DELETE FROM big WHERE id IN (1, 77777); INSERT INTO big VALUES (-5, 'surplus', 0);
      UPDATE big SET b = b + 1 WHERE id IN (5, 100000, 200000);
      -- Two rows change their values: every sum over a column stays as it was.
      UPDATE big SET a = md5((CASE id WHEN 10 THEN 11 ELSE 10 END)::text) WHERE id IN (10, 11)
      """, on: [.target])
    let before = try await sent(pair)
    let outcome = try #require(try await pair.verify()["public.big"])
    #expect(outcome.summary.failure == nil)
    #expect(outcome.summary.counts == [2, 1, 5])
    #expect(
      Set(outcome.differences.map { "\($0.kind) \($0.key)" }) == [
        "missing id=1", "missing id=77777", "surplus id=-5", "unlike id=5", "unlike id=100000", "unlike id=200000",
        "unlike id=10", "unlike id=11",
      ])
    #expect(outcome.summary.rowsCompared == 200_000)
    // 8 buckets of about 256 rows, and the sums of at most 781 buckets for each chunk.
    let rows = try await sent(pair) - before
    #expect(rows < 20_000, "\(rows) rows travelled")
  }

  /// Rows that the source has sent in answer to comparisons.
  private func sent(_ pair: VerifyPair) async throws -> Int {
    let sql =
      "SELECT coalesce(sum(rows), 0)::text AS rows FROM pg_stat_statements WHERE query LIKE '%hashtextextended%'"
    return try #require(Int(try await pair.value(sql, on: .source)))
  }

  @Test func anEntirelyDifferentTableIsNotCountedToTheEnd() async throws {
    var pair = try await VerifyPair.start(4)
    pair.limits.fetchedRows = 700
    pair.limits.buckets = 4
    pair.limits.subdivision = 8
    try await pair.run(
      "CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t SELECT n, n FROM generate_series(1, 3000) n")
    try await pair.run("UPDATE t SET a = -a; DELETE FROM t WHERE id > 2900", on: [.target])
    let outcome = try #require(try await pair.verify()["public.t"])
    #expect(outcome.differences.count == VerifyOutcome.differenceLimit)
    #expect(outcome.summary.endedEarly)
    // A batch is about 700 rows of both sides.
    #expect((1000..<1800).contains(outcome.summary.differences), "\(outcome.summary)")
    #expect(outcome.summary.differencesWords == "at least \(outcome.summary.differences)")
    // Fewer are counted exactly.
    try await pair.run("UPDATE t SET a = -a WHERE id > 500", on: [.target])
    let fewer = try #require(try await pair.verify()["public.t"])
    #expect(fewer.summary.counts == [100, 0, 500])
    #expect(!fewer.summary.endedEarly)
  }

  /// Of the role or the database, for its own sessions.
  @Test func limitsOfOthersDoNotEndAComparison() async throws {
    let pair = try await VerifyPair.start(5)
    try await pair.run("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)")
    try await pair.source.administer("ALTER ROLE app SET idle_in_transaction_session_timeout = '50ms'")
    let start = ContinuousClock.now
    let outcome = try await pair.verify { start.duration(to: .now) < .seconds(1) ? LSN(1) : LSN(.max) }
    #expect(outcome["public.t"]?.summary.failure == nil)
    #expect(start.duration(to: .now) > .seconds(1))
  }

  /// As before PostgreSQL 14, where a range of pages costs a scan of the table.
  @Test func oneStatementForAllHasTimeForAll() async throws {
    let pair = try await VerifyPair.start(6)
    try await pair.run(
      "CREATE TABLE t (id int PRIMARY KEY, a char(1000)); INSERT INTO t SELECT n, '' FROM generate_series(1, 60) n")
    var limits = VerifyLimits()
    limits.chunkPages = 1
    limits.statementTimeout = .seconds(1)
    var settings = pair.settings.source
    settings.statementTimeout = .milliseconds(900)
    let session = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    let scan = SideScan([session], limits: limits, clock: ContinuousClock(), hasRangeScan: false)
    try await scan.begin(try #require(try await pair.tables().first))
    #expect(await scan.chunkCount == 1)
    let count = Collected(0)
    let statement: SideScan.Statement = { "SELECT count(*) AS n FROM \($0) AS t, pg_sleep(2) WHERE \($1)" }
    try await scan.run(statement) { result in
      let n: Int = try result.only().get("n")
      count.change { $0 += n }
    }
    #expect(count.value == 60)
    await session.close()
  }
}
