import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// Both sides written: the later commit wins, on both sides the same, and nothing is lost unseen.
@Suite struct BothWaysTests {
  @Test func changesGoBothWaysAndDoNotComeBack() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text, n int DEFAULT 0)")
    try await pair.bench.onSource("INSERT INTO account SELECT g, 's' || g FROM generate_series(1, 100) g")
    try await pair.bench.onTarget("INSERT INTO account SELECT g, 't' || g FROM generate_series(1001, 1100) g")
    try await pair.drain()
    try await pair.bench.onSource("UPDATE account SET n = n + 1 WHERE id > 1000")
    try await pair.bench.onTarget("DELETE FROM account WHERE id <= 50")
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source == rows.target)
    #expect(rows.source.count == 150)
    #expect(try await pair.conflicts().isEmpty)
    await pair.stop()
    let markers = try await pair.both("SELECT count(*)::text FROM signalbox.applied")
    #expect(markers.source == ["2"])
    #expect(markers.target == ["2"])
  }

  @Test func theLaterOfTwoUpdatesWinsOnBothSides() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text)")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'first'), (2, 'first')")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onSource("UPDATE account SET name = 'source' WHERE id = 1")
    try await pair.bench.onTarget("UPDATE account SET name = 'target'")
    try await pair.bench.onSource("UPDATE account SET name = 'source' WHERE id = 2")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source == ["(1,target)", "(2,source)"])
    #expect(rows.target == rows.source)
    #expect(
      try await pair.conflicts() == [
        #"update/update id=1 {"id": 1, "name": "source"}"#, #"update/update id=2 {"id": 2, "name": "target"}"#,
      ])
    await pair.stop()
  }

  @Test func nothingComesBackAfterANewerDelete() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id text PRIMARY KEY, name text)")
    try await pair.bench.onSource("INSERT INTO account VALUES ('it''s \"1\"', 'a'), ('2', 'b')")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onSource("UPDATE account SET name = 'late' WHERE name = 'a'")
    try await pair.bench.onTarget("DELETE FROM account")
    try await pair.bench.onSource("UPDATE account SET name = 'later' WHERE name = 'b'")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source == ["(2,later)"])
    #expect(rows.target == rows.source)
    #expect(try await pair.conflicts().count == 2)
    await pair.stop()
  }

  @Test func nothingComesBackWhereColumnsStandInAnotherOrder() async throws {
    let pair = try await LinkPair(
      "CREATE TABLE stock (shop int, item text, n int, PRIMARY KEY (shop, item))",
      target: "CREATE TABLE stock (n int, item text, shop int, PRIMARY KEY (shop, item))")
    try await pair.bench.onSource("INSERT INTO stock VALUES (1, 'a', 1), (1, 'b', 1)")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onSource("UPDATE stock SET n = 2 WHERE item = 'a'")
    try await pair.bench.onTarget("UPDATE stock SET n = 2 WHERE item = 'b'; DELETE FROM stock WHERE item = 'a'")
    try await pair.bench.onSource("DELETE FROM stock WHERE item = 'b'")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT shop || item FROM stock")
    #expect(rows.source == [] && rows.target == [])
    await pair.stop()
  }

  @Test func aKeyThatIsWrittenDifferentlyIsTheSameKey() async throws {
    let pair = try await LinkPair(
      """
      CREATE EXTENSION citext; CREATE TABLE price (k numeric PRIMARY KEY, name text);
      CREATE TABLE word (k citext PRIMARY KEY, name text)
      """)
    try await pair.bench.onSource(
      """
      INSERT INTO price VALUES (3, 'a'), (40, 'b');
      INSERT INTO word VALUES ('a', 'x'), ('b', 'x'), ('c', 'x'), (E'\\u00e9', 'one'), (E'e\\u0301', 'two')
      """)
    try await pair.drain()
    try await pair.bench.onSource("UPDATE price SET k = 3.00 WHERE k = 3; UPDATE word SET k = 'A' WHERE k = 'a'")
    // Each of them in one transaction.
    try await pair.bench.onSource(
      """
      BEGIN; DELETE FROM word WHERE k = 'b'; INSERT INTO word VALUES ('B', 'x'); COMMIT;
      BEGIN; UPDATE word SET name = 'y' WHERE k = 'c'; UPDATE word SET k = 'C' WHERE k = 'c'; COMMIT;
      BEGIN; UPDATE word SET name = 'late' WHERE k = E'e\\u0301';
      UPDATE word SET name = 'one' WHERE k = E'\\u00e9'; COMMIT
      """)
    try await pair.drain()
    let respelled = try await pair.both(
      "SELECT k::text || name FROM price UNION SELECT k::text || name FROM word ORDER BY 1")
    #expect(respelled.source == ["3.00a", "40b", "Ax", "Bx", "Cy", "e\u{301}late", "\u{e9}one"])
    #expect(respelled.target == respelled.source)
    await pair.stop()
    try await pair.bench.onSource("UPDATE price SET k = 40.0, name = 'late' WHERE k = 40")
    try await pair.bench.onTarget("UPDATE price SET k = 3.0 WHERE k = 3; DELETE FROM price WHERE k = 40")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT k::text FROM price")
    #expect(rows.source == ["3.0"])
    #expect(rows.target == rows.source)
    await pair.stop()
  }

  /// A key that is stored out of line and not sent again, a column that hides its row, quotes with accents, and a key
  /// that is respelled twice while more changes go by than are looked at together.
  @Test func rowsThatAreHardToNameAreFound() async throws {
    let pair = try await LinkPair(
      """
      CREATE EXTENSION citext; CREATE TABLE word (k citext PRIMARY KEY); CREATE TABLE filler (id int PRIMARY KEY);
      CREATE TABLE long (k text PRIMARY KEY, n int); ALTER TABLE long ALTER k SET STORAGE EXTERNAL;
      CREATE TABLE shadow (id int PRIMARY KEY, t text); CREATE TABLE quoted (k text PRIMARY KEY, n int)
      """)
    try await pair.bench.onSource(
      """
      INSERT INTO word VALUES ('word');
      INSERT INTO long SELECT string_agg(md5(g::text), ''), 0 FROM generate_series(1, 70) g;
      INSERT INTO shadow VALUES (1, NULL), (2, NULL);
      INSERT INTO quoted VALUES (E'x"\\u0301', 0), (E'x\\\\\\u0301', 0), (E'x\\u0301', 0), (E'x''\\u0301', 0)
      """)
    try await pair.drain()
    try await pair.bench.onSource(
      """
      UPDATE long SET n = 1; DELETE FROM shadow WHERE id = 1; UPDATE shadow SET id = 3; UPDATE quoted SET n = n + 1;
      BEGIN; UPDATE word SET k = 'Word'; INSERT INTO filler SELECT generate_series(1, 5000); UPDATE word SET k = 'WORD';
      COMMIT
      """)
    try await pair.drain()
    let rows = try await pair.both(
      """
      SELECT n::text FROM long UNION ALL SELECT id::text FROM shadow UNION ALL SELECT k::text FROM word
      UNION ALL SELECT string_agg(n::text || length(k), ' ' ORDER BY k) FROM quoted
      """)
    #expect(rows.source == ["1", "3", "WORD", "13 13 13 12"])
    #expect(rows.target == rows.source)
    #expect(try await pair.conflicts() == [])
    #expect(pair.there.parked.isEmpty)
    await pair.stop()
  }

  @Test func aRowOfNothingButItsKeyHasAVersion() async throws {
    let pair = try await LinkPair("CREATE TABLE bare (id int PRIMARY KEY)")
    await pair.stop()
    try await pair.bench.onTarget("INSERT INTO bare VALUES (1)")
    try await pair.bench.onSource("INSERT INTO bare VALUES (1)")
    try await pair.bench.onSource("DELETE FROM bare")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT id::text FROM bare")
    #expect(rows.source == [] && rows.target == [])
    #expect(try await pair.conflicts().count == 1)
    await pair.stop()
  }

  @Test func aRowThatLostItsUniqueValueComesBackWithAnother() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, mail text UNIQUE)")
    await pair.stop()
    try await pair.bench.onTarget("INSERT INTO account VALUES (2, 'same')")
    try await pair.bench.onTarget("UPDATE account SET mail = 'other'")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'same')")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source == ["(1,same)", "(2,other)"])
    #expect(rows.target == rows.source)
    await pair.stop()
  }

  @Test func twoInsertsOfOneKeyAndOfOneUniqueValueEndWithOne() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, mail text UNIQUE)")
    await pair.stop()
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'a@source'), (2, 'same')")
    try await pair.bench.onTarget("INSERT INTO account VALUES (1, 'a@target'), (3, 'same')")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source == ["(1,a@target)", "(3,same)"])
    #expect(rows.target == rows.source)
    let kinds = try await pair.conflicts().map { String($0.prefix(14)) }
    #expect(kinds == ["insert/insert ", "unique key id="])
    await pair.stop()
  }

  @Test func aRowThatGetsAnotherKeyIsNoConflict() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text)")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'one'), (2, 'two')")
    try await pair.drain()
    try await pair.bench.onSource("UPDATE account SET id = 10 WHERE id = 1")
    try await pair.bench.onTarget("UPDATE account SET id = 20, name = 'twenty' WHERE id = 2")
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source == ["(10,one)", "(20,twenty)"])
    #expect(rows.target == rows.source)
    #expect(try await pair.conflicts() == [])
    await pair.stop()
  }

  @Test func whatIsDiscardedIsCounted() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text)")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'first'), (2, 'first')")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onSource("UPDATE account SET name = 'source'")
    try await pair.bench.onTarget("UPDATE account SET name = 'target'")
    pair.start()
    try await pair.drain()
    let count = { (link: RunningLink) in
      try await link.link.inspect().tables.reduce(into: [:]) { $0[$1.name] = $1.conflicts }
    }
    // The later versions are the target's: it is the source that has discarded two.
    #expect(try await count(pair.there) == ["public.account": 0])
    #expect(try await count(pair.back) == ["public.account": 2])
    await pair.stop()
  }

  @Test func aTableWhoseIndexWeCannotSearchIsSetAside() async throws {
    let pair = try await LinkPair(
      """
      CREATE TABLE person (id int PRIMARY KEY, email text); CREATE UNIQUE INDEX email ON person (lower(email));
      CREATE TABLE other (id int PRIMARY KEY)
      """)
    await pair.stop()
    try await pair.bench.onSource("INSERT INTO person VALUES (1, 'Ann@example.com')")
    try await pair.bench.onTarget("INSERT INTO person VALUES (2, 'ann@example.com')")
    pair.start()
    try await pair.bench.onSource("INSERT INTO other VALUES (1)")
    try await pair.drain()
    #expect(try await pair.bench.atTarget("SELECT id::text FROM other") == ["1"])
    for link in [pair.there, pair.back] {
      #expect(link.parked["public.person"]?.contains("both sides have a row that email lets only one") == true)
    }
    await pair.stop()
  }

  /// Marks of the other side's transactions are passed without anything to apply, and not sent again.
  @Test func whatTheSourceKnewIsRememberedOverAPause() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text)")
    try await pair.bench.onTarget("INSERT INTO account VALUES (1, 'target')")
    try await pair.drain()
    // What was passed just when progress was stored is taken for known with a remark only.
    let first = "(SELECT pg_xact_commit_timestamp(xmin) FROM account WHERE id = 1)"
    try await pair.bench.waitAtTarget(for: "SELECT WHERE clock_timestamp() > \(first) + interval '200 ms'")
    try await pair.bench.onTarget("INSERT INTO account VALUES (2, 'target')")
    try await pair.drain()
    let second = "(SELECT pg_xact_commit_timestamp(xmin) FROM account WHERE id = 2)"
    try await pair.bench.waitAtTarget(for: "SELECT FROM signalbox.link WHERE seen_at >= \(second)")
    await pair.there.stop()
    pair.there.start()
    try await pair.bench.onSource("UPDATE account SET name = 'source' WHERE id = 1")
    try await pair.drain()
    #expect(try await pair.both("SELECT name FROM account WHERE id = 1") == (["source"], ["source"]))
    #expect(try await pair.conflicts() == [])
    await pair.stop()
  }

  /// Also where a key is written differently by then, and where another trigger changes it.
  @Test func aDeletedRowStaysAwayHoweverItsKeyIsWritten() async throws {
    let pair = try await LinkPair(
      """
      CREATE SCHEMA extensions; CREATE EXTENSION citext SCHEMA extensions; CREATE DOMAIN amount AS numeric;
      CREATE TABLE word (k extensions.citext PRIMARY KEY, n int); CREATE TABLE price (k amount PRIMARY KEY, n int);
      CREATE TABLE level (k float8 PRIMARY KEY, n int); CREATE TABLE moved (k int PRIMARY KEY, n int);
      CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.k = NEW.n; RETURN NEW; END';
      """)
    try await pair.bench.onSource(
      """
      INSERT INTO word VALUES ('a', 0), ('b', 0); INSERT INTO price VALUES (3, 0); INSERT INTO level VALUES (0, 0);
      INSERT INTO moved VALUES (1, 1)
      """)
    try await pair.drain()
    try await pair.bench.onTarget(
      "CREATE TRIGGER move BEFORE UPDATE ON moved FOR EACH ROW EXECUTE FUNCTION move()")
    await pair.stop()
    try await pair.bench.onSource(
      """
      UPDATE word SET k = 'A' WHERE k = 'a'; UPDATE word SET n = 1; UPDATE price SET k = 3.00, n = 1;
      UPDATE level SET k = '-0', n = 1; UPDATE moved SET n = 1
      """)
    try await pair.bench.onTarget(
      """
      UPDATE word SET k = 'B' WHERE k = 'b'; DELETE FROM word; DELETE FROM price; DELETE FROM level;
      UPDATE moved SET n = 5
      """)
    pair.start()
    try await pair.drain()
    let rows = try await pair.both(
      """
      SELECT k::text FROM word UNION ALL SELECT k::text FROM price UNION ALL SELECT k::text FROM level
      UNION ALL SELECT 'moved ' || k FROM moved
      """)
    #expect(rows.source == ["moved 5"])
    #expect(rows.target == rows.source)
    await pair.stop()
  }

  /// Triggers of an earlier version go by another function, and are replaced.
  @Test func triggersOfAnEarlierVersionAreReplaced() async throws {
    let pair = try await LinkPair("CREATE TABLE word (k numeric PRIMARY KEY, n int)")
    await pair.stop()
    try await pair.bench.onTarget(
      """
      CREATE FUNCTION signalbox.bury() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''old''; END';
      DROP TRIGGER signalbox_bury_delete ON word;
      CREATE TRIGGER signalbox_bury_delete AFTER DELETE ON word
        FOR EACH ROW EXECUTE FUNCTION signalbox.bury('public.word', 'k');
      """)
    _ = try await Preparation(settings: pair.bench.settings).run()
    try await pair.bench.onTarget("INSERT INTO word VALUES (3.00); DELETE FROM word")
    #expect(
      try await pair.bench.atTarget("SELECT table_name || key FROM signalbox.tombstone") == [#"public.word["3"]"#])
  }

  @Test func aKeyThatNobodyCanSpellIsRefused() async throws {
    var bench = try await LinkBench(
      "CREATE TABLE document (k jsonb PRIMARY KEY, n int); CREATE TABLE plain (k int PRIMARY KEY)")
    bench.settings.mode = .streamBoth
    let tables = try await PostgresLink(settings: bench.settings).inspect().tables
    #expect(tables.map(\.state) == [.refused, .waiting])
    #expect(tables[0].reason?.hasPrefix("public.document.k is part of the key and is jsonb, in which equal") == true)
    bench.settings.mode = .stream
    #expect(try await PostgresLink(settings: bench.settings).inspect().tables.map(\.state) == [.waiting, .waiting])
  }

  /// Its operators are found by nobody who does not look there.
  @Test func typesMayBeInASchemaOfTheirOwn() async throws {
    for mode in [ReplicationMode.stream, .streamBoth] {
      var bench = try await LinkBench()
      for side in [bench.source, bench.target] {
        try await side.administer(
          """
          CREATE SCHEMA extensions; GRANT USAGE ON SCHEMA extensions TO app;
          CREATE EXTENSION citext SCHEMA extensions; CREATE EXTENSION ltree SCHEMA extensions;
          SET ROLE app; CREATE TABLE word (k extensions.citext PRIMARY KEY, path extensions.ltree, n int);
          CREATE TABLE branch (path extensions.ltree PRIMARY KEY, n int)
          """, database: bench.database)
      }
      bench.settings.mode = mode
      let link = try await RunningLink.start(bench.settings)
      try await bench.onSource(
        "INSERT INTO word SELECT 'w' || g, ('a.b' || g)::text::extensions.ltree, 0 FROM generate_series(1, 50) g; "
          + "INSERT INTO branch VALUES ('a.b', 0)")
      try await bench.onSource("UPDATE word SET n = 1; UPDATE branch SET n = 1; DELETE FROM word WHERE k = 'w1'")
      try await link.drain(bench)
      #expect(try await bench.atTarget("SELECT count(*) || ' ' || sum(n) FROM word") == ["49 49"])
      if mode == .stream { #expect(try await bench.atTarget("SELECT n::text FROM branch") == ["1"]) }
      // A row whose key is written differently is found, and by the index.
      try await bench.onTarget("UPDATE word SET n = 7 WHERE k::text = 'w2'")
      if mode == .stream { try await bench.onTarget("UPDATE word SET k = 'W3' WHERE k::text = 'w3'") }
      try await bench.onSource("UPDATE word SET n = 2 WHERE k::text = 'w3'")
      try await link.drain(bench)
      #expect(try await bench.atTarget("SELECT n::text FROM word WHERE lower(k::text) = 'w3'") == ["2"])
      #expect(link.failures == [] && link.parked == [:])
      let session = try await bench.settings.enter(
        bench.settings.target, as: bench.settings.session(bench.settings.target, purpose: "test"), timeout: .seconds(10)
      )
      try await session.execute("SET enable_seqscan = off", timeout: .seconds(5))
      let plan = try await LinkBench.column(
        "EXPLAIN SELECT FROM word WHERE k = 'a'::extensions.citext", on: session)
      await session.close()
      #expect(plan.contains { $0.contains("Index Cond: (k = 'a'::citext)") }, "\(plan)")
      if mode == .stream {
        let outcome = try await link.link.verify(tables: ["public.word"]) { _ in }
        #expect(outcome["public.word"]?.differences.count == 3)
      }
      await link.stop()
    }
  }

  @Test func aKeyOfTheTargetsOwnIsInNobodysWay() async throws {
    let bench = try await LinkBench("CREATE TABLE item (id int NOT NULL UNIQUE, v text)")
    try await bench.onSource("ALTER TABLE item ADD PRIMARY KEY (id)")
    try await bench.onTarget("ALTER TABLE item ADD tid bigserial PRIMARY KEY")
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource(
      "INSERT INTO item VALUES (7, 'first'), (8, 'first'); UPDATE item SET v = 'second' WHERE id = 8")
    try await link.drain(bench)
    #expect(try await bench.atTarget("SELECT tid || v FROM item ORDER BY id") == ["1first", "2second"])
    #expect(link.failures.isEmpty && link.parked.isEmpty)
    await link.stop()
  }

  @Test func triggersStayAsLongAsTheyServe() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id0 int PRIMARY KEY, name text)")
    let triggers = "SELECT tgname || ' ' || oid AS t FROM pg_trigger WHERE tgname LIKE 'signalbox_bury%' ORDER BY 1"
    let before = try await pair.both(triggers)
    #expect(before.source.count == 2 && before.target.count == 2)
    await pair.stop()
    _ = try await Preparation(settings: pair.bench.settings).run()
    let after = try await pair.both(triggers)
    #expect(after.source == before.source && after.target == before.target)
    // One way they are in nobody's service, and emptying a table is sent.
    var settings = pair.bench.settings
    settings.mode = .stream
    _ = try await Preparation(settings: settings).run()
    let oneWay = try await pair.both(triggers)
    #expect(oneWay.source == [] && oneWay.target == [])
    let truncates = "SELECT pubtruncate::text AS t FROM pg_publication WHERE pubname = '\(settings.publications[0])'"
    #expect(try await pair.bench.atSource(truncates) == ["true"])
    _ = try await Preparation(settings: pair.bench.settings).run()
    #expect(try await pair.bench.atSource(truncates) == ["false"])
    #expect(try await pair.both(triggers).source.count == 2)
  }

  @Test func aDiscardedVersionIsPutBackOnBothSides() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text, raw bytea, at timestamptz)")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'first', '\\x00ff', 'infinity')")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onTarget("UPDATE account SET name = 'loser'")
    try await pair.bench.onSource("UPDATE account SET name = 'winner'")
    pair.start()
    try await pair.drain()
    let conflict = try #require(try await pair.there.link.conflicts(newest: 10).first)
    #expect(conflict.kind == .updateUpdate)
    #expect(conflict.columns.contains { $0.name == "name" && $0.kept == "winner" && $0.discarded == "loser" })
    for _ in 0..<2 { try await pair.there.link.reapply(conflict: conflict.id) }
    try await pair.drain()
    let rows = try await pair.both("SELECT t::text FROM account t ORDER BY id")
    #expect(rows.source.first?.contains("loser") == true)
    #expect(rows.target == rows.source)
    let (last, first) = try await conflicts(of: pair)
    #expect(first.reappliedAt != nil)
    // What was overwritten can be put back in its turn.
    #expect(last.kind == .updateUpdate && last.key == first.key && last.reappliedAt == nil)
    #expect(last.columns.contains { $0.name == "name" && $0.kept == "loser" && $0.discarded == "winner" })
    #expect(last.discarded.node == pair.bench.settings.sourceNode && last.discarded == first.kept)
    try await pair.there.link.reapply(conflict: last.id)
    try await pair.drain()
    let again = try await pair.both("SELECT name FROM account")
    #expect(again.source == ["winner"] && again.target == ["winner"])
    await pair.stop()
  }

  private func conflicts(of pair: LinkPair) async throws -> (ReplicationConflict, ReplicationConflict) {
    let found = try await pair.there.link.conflicts(newest: 10)
    try #require(found.count == 2)
    return (found[0], found[1])
  }

  @Test func aDiscardedDeletionTakesAVersionThatIsKeptAwayAndLogsIt() async throws {
    let pair = try await LinkPair("CREATE TABLE account (id int PRIMARY KEY, name text)")
    try await pair.bench.onSource("INSERT INTO account VALUES (1, 'first')")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onTarget("DELETE FROM account")
    try await pair.bench.onSource("UPDATE account SET name = 'winner'")
    pair.start()
    try await pair.drain()
    let conflict = try #require(try await pair.there.link.conflicts(newest: 10).first)
    #expect(conflict.kind == .updateDelete && conflict.discardedIsDeleted)
    // Somebody has changed it since.
    try await pair.bench.onTarget("UPDATE account SET name = 'newest'")
    try await pair.there.link.reapply(conflict: conflict.id)
    try await pair.drain()
    let rows = try await pair.both("SELECT name FROM account")
    #expect(rows.source == [] && rows.target == [])
    let (last, _) = try await conflicts(of: pair)
    #expect(last.kind == .deleteUpdate && last.keptIsDeleted && !last.discardedIsDeleted)
    #expect(last.columns.contains { $0.name == "name" && $0.discarded == "newest" })
    try await pair.there.link.reapply(conflict: last.id)
    try await pair.drain()
    #expect(try await pair.both("SELECT name FROM account").source == ["newest"])
    // Nothing stood there: there is nothing to log.
    #expect(try await pair.there.link.conflicts(newest: 10).count == 2)
    await pair.stop()
  }

  @Test func valuesThatWereNotSentAreFetchedWhereTheOtherSideHadChangedThem() async throws {
    let pair = try await LinkPair(
      "CREATE TABLE page (id int PRIMARY KEY, body text, n int); ALTER TABLE page ALTER body SET STORAGE EXTERNAL")
    try await pair.bench.onSource("INSERT INTO page VALUES (1, repeat('first', 2000), 0)")
    try await pair.drain()
    await pair.stop()
    try await pair.bench.onTarget("UPDATE page SET body = repeat('other', 2000)")
    try await pair.bench.onSource("UPDATE page SET n = 1")
    pair.start()
    try await pair.drain()
    let rows = try await pair.both("SELECT md5(body) || n FROM page")
    #expect(rows.source == rows.target)
    #expect(try await pair.bench.atTarget("SELECT left(body, 5) || n FROM page") == ["first1"])
    await pair.stop()
  }
}
