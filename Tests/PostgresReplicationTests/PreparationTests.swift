import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

@Suite struct PreparationTests {
  private func prepare(
    _ settings: LinkSettings, beginning: Preparation.Beginning = .copy, slotTimeout: Duration = .seconds(60)
  ) async throws -> Preparation.Outcome {
    let outcome = try await Preparation(settings: settings, beginning: beginning, slotTimeout: slotTimeout).make()
    await outcome.snapshot?.close()
    return outcome
  }

  private func published(_ bench: LinkBench) async throws -> [String] {
    try await bench.atSource(
      "SELECT substr(pubname, length('\(bench.settings.slotName)') + 1) || ' ' || tablename AS t "
        + "FROM pg_publication_tables WHERE pubname LIKE '\(bench.settings.slotName)%' ORDER BY 1")
  }

  @Test func everythingIsMadeOnceAndStays() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int)")
    let first = try await prepare(bench.settings)
    let snapshot = try #require(first.snapshot)
    #expect(first.scope.included.map(\.name) == ["public.a"])
    #expect(first.scope.refused.map(\.table) == ["public.b"])
    #expect(try await published(bench) == [" a"])
    let slots = "SELECT slot_name FROM pg_replication_slots WHERE database = current_database()"
    #expect(try await bench.atSource(slots) == [bench.settings.slotName])
    let link = "SELECT name || ' ' || generation || ' ' || position FROM signalbox.link"
    #expect(try await bench.atTarget(link) == ["\(bench.settings.directionName) 1 \(snapshot.position)"])
    let tables = "SELECT table_name || ' ' || state FROM signalbox.link_table ORDER BY 1"
    #expect(try await bench.atTarget(tables) == ["public.a waiting", "public.b refused"])

    #expect(try await prepare(bench.settings).snapshot == nil)
    #expect(try await bench.atTarget(link) == ["\(bench.settings.directionName) 1 \(snapshot.position)"])
  }

  @Test func tablesComeAndGo() async throws {
    var bench = try await LinkBench(
      "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE \"C d\" (id int)")
    _ = try await prepare(bench.settings)
    #expect(try await published(bench) == [" a", " b"])
    bench.settings.excluded = ["public.a*"]
    bench.settings.keyless = .insertOnly
    _ = try await prepare(bench.settings)
    #expect(try await published(bench) == [" b", "_inserts C d"])
    bench.settings.keyless = .full
    _ = try await prepare(bench.settings)
    #expect(try await published(bench) == [" C d", " b"])
    #expect(
      try await bench.atSource("SELECT relreplident::text FROM pg_class WHERE relname = 'C d'") == ["f"])
    #expect(
      try await bench.atTarget("SELECT table_name || ' ' || state FROM signalbox.link_table ORDER BY 1")
        == ["public.C d waiting", "public.b waiting"])
  }

  @Test func everyPartitionSendsWholeRows() async throws {
    var bench = try await LinkBench(
      """
      CREATE TABLE log (a int) PARTITION BY LIST (a); CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);
      CREATE TABLE log_2 PARTITION OF log DEFAULT
      """)
    bench.settings.keyless = .full
    _ = try await prepare(bench.settings)
    #expect(
      try await bench.atSource("SELECT relreplident::text FROM pg_class WHERE relname LIKE 'log%'") == ["f", "f", "f"])
    try await bench.onSource("INSERT INTO log VALUES (1), (2); UPDATE log SET a = 3 WHERE a = 2; DELETE FROM log")
  }

  @Test func aLowerGenerationIsRefused() async throws {
    var bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    bench.settings.generation = Generation(7)
    _ = try await prepare(bench.settings)
    bench.settings.generation = Generation(6)
    let error = await #expect(throws: LinkFailure.self) { try await prepare(bench.settings) }
    #expect(error?.description.contains("held at the target by generation 7, newer than ours (6)") == true)
    bench.settings.generation = Generation(8)
    _ = try await prepare(bench.settings)
    #expect(try await bench.atTarget("SELECT generation::text AS g FROM signalbox.link") == ["8"])
  }

  @Test func aSlotIsMadeAgainOnlyWhileNothingWasCopied() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    _ = try await prepare(bench.settings)
    try await bench.onSource("SELECT pg_drop_replication_slot('\(bench.settings.slotName)')")
    #expect(try await prepare(bench.settings).snapshot != nil)
    try await bench.onTarget("UPDATE signalbox.link_table SET state = 'streaming', ready = '0/1'")
    try await bench.onSource("SELECT pg_drop_replication_slot('\(bench.settings.slotName)')")
    let error = await #expect(throws: LinkFailure.self) { try await prepare(bench.settings) }
    guard case .slotLost(let reason) = error else { return #expect(error == nil) }
    #expect(reason.contains("is gone from the source"))
    #expect(
      try await bench.atSource("SELECT slot_name FROM pg_replication_slots WHERE database = current_database()") == [])
  }

  /// A link whose table `a` holds one row on both sides.
  private func copied() async throws -> (LinkBench, PostgresLink) {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    try await bench.onSource("INSERT INTO a VALUES (1)")
    let link = PostgresLink(settings: bench.settings)
    try await copy(link)
    return (bench, link)
  }

  private func copy(_ link: PostgresLink) async throws {
    #expect(try await link.prepare().needsBaseline)
    try await link.copyBaseline { _ in }
    #expect(try await link.prepare().canStream)
    await link.forget()
  }

  /// As one does that was restored, or that failed over to a server without its newest transactions.
  @Test func aTargetThatWentBackIsCopiedAnew() async throws {
    let (bench, link) = try await copied()
    let before = try await bench.atTarget("SELECT position::text AS p FROM signalbox.link")
    try await bench.onSource(
      """
      INSERT INTO a VALUES (2);
      SELECT pg_replication_slot_advance('\(bench.settings.slotName)', pg_current_wal_flush_lsn())
      """)
    // What was confirmed is gone from the log, and the target has never seen it.
    let found = try await Inspector(settings: bench.settings).inspect()
    let obstacle = try #require(found.obstacles.first)
    #expect(obstacle.contains("has gone back to \(before[0]) of the source's log"), "\(obstacle)")
    #expect(obstacle.contains("signalbox sync baseline --link"), "\(obstacle)")
    let error = await #expect(throws: LinkFailure.self) { try await prepare(bench.settings) }
    guard case .slotLost = error else { return #expect(error == nil) }
    // What is left of a table that is no more has no copy to be given up.
    try await bench.onTarget(
      """
      INSERT INTO signalbox.link_table (link, table_name, state, ready)
      SELECT name, 'public.gone', 'streaming', '0/1' FROM signalbox.link
      """)
    try await link.discard(tables: ["public.a"])
    try await copy(link)
    #expect(try await bench.atTarget("SELECT id::text AS id FROM a ORDER BY 1") == ["1", "2"])
  }

  /// As one does that was restored with its slot.
  @Test func aSourceThatWentBackIsCopiedAnew() async throws {
    let (bench, link) = try await copied()
    try await bench.onTarget("UPDATE signalbox.link SET position = '7F000000/0'")
    try await bench.onSource("INSERT INTO a VALUES (2)")
    let obstacle = try #require(try await Inspector(settings: bench.settings).inspect().obstacles.first)
    #expect(obstacle.contains("has gone back"), "\(obstacle)")
    #expect(obstacle.contains("until 7F000000/0"), "\(obstacle)")
    let refusal = await #expect(throws: LinkFailure.self) { try await link.stream { _ in } }
    #expect("\(try #require(refusal))".contains("it is looked at again"))
    try await link.discard(tables: ["public.a"])
    try await copy(link)
    #expect(try await bench.atTarget("SELECT id::text AS id FROM a ORDER BY 1") == ["1", "2"])
  }

  @Test func aSlotOfAnAttemptThatGotNoFurtherIsReplaced() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    try await bench.onSource("SELECT pg_create_logical_replication_slot('\(bench.settings.slotName)', 'pgoutput')")
    #expect(try await prepare(bench.settings).snapshot != nil)
  }

  @Test func aSlotOfSomeoneElseIsLeftAlone() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    try await bench.source.administer(
      "SELECT pg_create_logical_replication_slot('\(bench.settings.slotName)', 'pgoutput')", database: "app")
    let error = await #expect(throws: LinkFailure.self) { try await prepare(bench.settings) }
    #expect(error?.description.contains("belongs to the database app") == true)
    try await bench.source.administer(
      "SELECT pg_drop_replication_slot('\(bench.settings.slotName)')", database: "app")
  }

  @Test func aSlotSaysWhatItWaitsFor() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    let writer = try await bench.connectSource()
    try await writer.execute("BEGIN; INSERT INTO a VALUES (1)", timeout: .seconds(5))
    let error = await #expect(throws: LinkFailure.self) {
      try await prepare(bench.settings, slotTimeout: .milliseconds(500))
    }
    #expect(error?.description.contains("waits for transactions") == true)
    #expect(error?.description.contains("signalbox \(bench.settings.directionName) test") == true)
    try await writer.execute("COMMIT", timeout: .seconds(5))
    await writer.close()
    #expect(try await prepare(bench.settings).snapshot != nil)
  }

  @Test func aTableThatDiffersIsLeftOutAndComesBack() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)")
    _ = try await prepare(bench.settings)
    try await bench.onTarget("UPDATE signalbox.link_table SET state = 'streaming', ready = '0/1'")
    try await bench.onSource("ALTER TABLE b ADD COLUMN note text")
    // Mended before it was noted down, its rows would be taken for the source's.
    #expect(try await Inspector(settings: bench.settings).inspect().needsRecord)
    #expect(try await prepare(bench.settings).parked.keys.sorted() == ["public.b"])
    #expect(try await Inspector(settings: bench.settings).inspect().needsRecord == false)
    let states = "SELECT table_name || ' ' || state || ' ' || (reason IS NULL) FROM signalbox.link_table ORDER BY 1"
    #expect(try await bench.atTarget(states) == ["public.a streaming true", "public.b copying false"])
    try await bench.onTarget("ALTER TABLE b ADD COLUMN note text")
    #expect(try await prepare(bench.settings).parked.isEmpty)
    #expect(try await bench.atTarget(states) == ["public.a streaming true", "public.b copying true"])
  }

  @Test func aTableThatWasSetAsideStaysSo() {
    let record = LinkTableRecord(table: "public.a", state: .parked, ready: nil, reason: "why", rowsApplied: 0)
    #expect(Preparation.state(record, differs: false, position: LSN(1)).state == .parked)
    #expect(Preparation.state(record, differs: true, position: nil).state == .copying)
    #expect(Preparation.state(nil, differs: false, position: LSN(1), wasAside: true).state == .parked)
    #expect(Preparation.state(nil, differs: false, position: LSN(1)).state == .streaming)
  }

  /// The side that is the source from then on lacks changes of it.
  @Test func aTableThatWasSetAsideStaysSoTheWayBack() async throws {
    let bench = try await LinkBench(
      "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY)")
    let link = PostgresLink(settings: bench.settings)
    _ = try await link.prepare()
    try await link.copyBaseline { _ in }
    await link.forget()
    try await bench.onTarget(
      """
      UPDATE signalbox.link_table SET state = 'parked', reason = 'why' WHERE table_name = 'public.b';
      UPDATE signalbox.link_table SET state = 'copying', reason = 'a column' WHERE table_name = 'public.c'
      """)
    _ = try await PostgresLink(settings: bench.settings.reversed).adopt()
    let states = "SELECT table_name || ' ' || state FROM signalbox.link_table ORDER BY 1"
    #expect(try await bench.atSource(states) == ["public.a streaming", "public.b parked", "public.c parked"])
    #expect(
      try await bench.atSource("SELECT reason FROM signalbox.link_table WHERE table_name = 'public.b'").first?
        .contains("set aside before the link was turned round") == true)
  }

  @Test func theWayBackTakesWhatIsThere() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1)")
    let outcome = try await prepare(bench.settings, beginning: .adopt)
    let position = try #require(outcome.snapshot?.position)
    #expect(
      try await bench.atTarget("SELECT state || ' ' || ready AS s FROM signalbox.link_table")
        == ["streaming \(position)"])
  }

  private func leftovers(_ bench: LinkBench) async throws -> [String] {
    try await bench.atSource(
      """
      SELECT 'slot' FROM pg_replication_slots WHERE database = current_database()
      UNION ALL SELECT 'publication' FROM pg_publication
      """)
      + bench.atTarget("SELECT 'link' FROM signalbox.link UNION ALL SELECT 'table' FROM signalbox.link_table")
  }

  @Test func aWayBackThatCannotBeTakenLeavesNothing() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    try await bench.onTarget("REVOKE DELETE ON a FROM app")
    let way = Preparation(settings: bench.settings, beginning: .adopt)
    let error = await #expect(throws: LinkFailure.self) { try await way.adopt() }
    #expect(error?.description.contains("GRANT DELETE") == true, "\(String(describing: error))")
    #expect(try await leftovers(bench) == [])

    try await bench.onTarget("GRANT DELETE ON a TO app")
    #expect(try await way.adopt().tables.map(\.state) == [.streaming])
    let all = ["slot", "publication", "publication", "link", "table"]
    #expect(try await leftovers(bench) == all)
    // One that was there before may be the only one left.
    try await bench.onTarget("REVOKE DELETE ON a FROM app")
    await #expect(throws: LinkFailure.self) { try await way.adopt() }
    #expect(try await leftovers(bench) == all)
  }

  @Test func nothingIsMadeWhereSomethingIsInTheWay() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    try await bench.onTarget("REVOKE DELETE ON a FROM app")
    let preparation = Preparation(settings: bench.settings)
    let hindered = try await preparation.run()
    #expect(hindered.inspection.obstacles.count == 1 && hindered.snapshot == nil)
    let made = """
      SELECT 'slot' AS made FROM pg_replication_slots WHERE database = current_database()
      UNION ALL SELECT 'publication' FROM pg_publication UNION ALL SELECT 'books' FROM pg_namespace WHERE nspname = 'signalbox'
      """
    #expect(try await bench.atSource(made) + bench.atTarget(made) == [])

    try await bench.onTarget("GRANT DELETE ON a TO app")
    let first = try await preparation.run()
    await first.snapshot?.close()
    #expect(first.snapshot != nil && first.inspection.isPrepared && first.inspection.needsBaseline)
    let again = try await preparation.run()
    #expect(again.snapshot == nil)
    #expect(again.inspection.appliedPosition == first.inspection.appliedPosition)
    // What has come meanwhile is told of at once.
    for side in [bench.onSource, bench.onTarget] { try await side("SET ROLE app; CREATE TABLE b (id int PRIMARY KEY)") }
    #expect(try await preparation.run().inspection.tables.map(\.name) == ["public.a", "public.b"])
    #expect(try await published(bench) == [" a", " b"])
  }

  /// A crash between the two leaves a slot that no position goes with.
  @Test func aSlotWithoutAPositionIsMadeAnew() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    let way = Preparation(settings: bench.settings, beginning: .adopt)
    let first = try await way.adopt()
    try await bench.onTarget("UPDATE signalbox.link SET position = '0/0'; DELETE FROM signalbox.link_table")
    try await bench.onSource("INSERT INTO a VALUES (1)")
    let again = try await way.adopt()
    #expect(try #require(again.appliedPosition) > #require(first.appliedPosition))
    #expect(again.tables.map(\.state) == [.streaming])
  }

  @Test func bookkeepingThatSomeoneElseMadeServes() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    for side in [bench.source, bench.target] {
      try await side.administer(
        "REVOKE CREATE ON DATABASE \(bench.database) FROM app; ALTER DATABASE \(bench.database) OWNER TO postgres",
        database: bench.database)
    }
    let error = await #expect(throws: LinkFailure.self) { try await prepare(bench.settings) }
    #expect(error?.description.hasSuffix("GRANT CREATE ON DATABASE \(bench.database) TO app") == true)
    for side in [bench.source, bench.target] {
      try await side.administer(
        Bookkeeping.schema + "GRANT USAGE ON SCHEMA signalbox TO app; "
          + "GRANT ALL ON ALL TABLES IN SCHEMA signalbox TO app;", database: bench.database)
    }
    // Only the publication is now in the way.
    try await bench.onSource("GRANT CREATE ON DATABASE \(bench.database) TO app")
    // Books of an earlier version, which this role may not alter.
    try await bench.onTarget("ALTER TABLE signalbox.link_table DROP origin; DROP TABLE signalbox.link_source")
    let lacking = await #expect(throws: LinkFailure.self) { try await prepare(bench.settings) }
    #expect(lacking?.description.contains("GRANT USAGE, CREATE ON SCHEMA signalbox TO app") == true)
    try await bench.onTarget("GRANT USAGE, CREATE ON SCHEMA signalbox TO app")
    let outcome = try await prepare(bench.settings)
    #expect(outcome.snapshot != nil)
    await outcome.snapshot?.close()
    #expect(try await bench.atTarget("SELECT state FROM signalbox.link_table") == ["waiting"])
  }
}
