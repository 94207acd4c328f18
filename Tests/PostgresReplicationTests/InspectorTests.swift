import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// Each obstacle is there, says what removes it, and that removes it.
@Suite struct InspectorTests {
  private func inspect(_ bench: LinkBench) async throws -> LinkInspection {
    try await Inspector(settings: bench.settings).inspect()
  }

  /// What a text tells to run.
  private func statement(_ text: String) -> String {
    let verbs = ["GRANT ", "ALTER ", "TRUNCATE ", "CREATE TYPE ", "SELECT pg_drop"]
    guard let begin = verbs.compactMap({ text.firstRange(of: $0)?.lowerBound }).min() else { return "" }
    var statement = text[begin...]
    for end in [", then ", ", or ", " there, ", " (on RDS", ", leave "] {
      if let end = statement.firstRange(of: end) { statement = statement[..<end.lowerBound] }
    }
    return String(statement)
  }

  /// Does what each obstacle says at the side that it names, as the superuser.
  private func obey(_ found: LinkInspection, _ bench: LinkBench) async throws {
    for obstacle in found.obstacles {
      let statement = statement(obstacle)
      #expect(!statement.isEmpty, "\(obstacle)")
      let side = obstacle.contains("target") ? bench.target : bench.source
      try await side.administer(statement, database: bench.database)
    }
  }

  private func copy(_ bench: LinkBench) async throws {
    let snapshot = try await Preparation(settings: bench.settings).make().snapshot
    try await Baseline(settings: bench.settings).copy(from: snapshot) { _ in }
  }

  @Test func aSoundLinkHasNothingInItsWay() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id int)")
    let found = try await inspect(bench)
    #expect(found.obstacles == [])
    #expect(found.tables.map(\.state) == [.waiting, .refused])
    #expect(found.slot == nil && found.appliedPosition == nil)
    #expect(found.sourcePosition > .zero)
    try await copy(bench)
    let after = try await inspect(bench)
    #expect(after.obstacles == [])
    #expect(!after.needsBaseline && after.slot?.name == bench.settings.slotName)
    #expect(after.tables.map(\.state) == [.streaming, .refused])
  }

  @Test(arguments: [ReplicationMode.stream, .streamBoth])
  func everyMissingRightIsGrantedAsTold(_ mode: ReplicationMode) async throws {
    let role = mode == .stream ? "weak" : "feeble"
    var bench = try await LinkBench(role: role)
    bench.settings.mode = mode
    for side in [bench.source, bench.target] {
      try await side.administer(
        """
        ALTER DATABASE \(bench.database) OWNER TO postgres;
        REVOKE ALL ON DATABASE \(bench.database) FROM PUBLIC, \(role);
        GRANT CONNECT ON DATABASE \(bench.database) TO \(role); ALTER ROLE \(role) NOREPLICATION;
        REVOKE ALL ON SCHEMA public FROM PUBLIC, \(role);
        DO $$BEGIN CREATE ROLE keeper; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$;
        CREATE TABLE "A b" (id serial PRIMARY KEY); CREATE TABLE kept (id int PRIMARY KEY);
        ALTER TABLE kept OWNER TO keeper;
        CREATE TABLE parts (id int PRIMARY KEY) PARTITION BY LIST (id);
        CREATE TABLE "Part" PARTITION OF parts DEFAULT;
        ALTER TABLE parts OWNER TO \(role);
        CREATE TABLE shut (id int PRIMARY KEY); ALTER TABLE shut ENABLE ROW LEVEL SECURITY;
        ALTER TABLE shut OWNER TO keeper
        """, database: bench.database)
    }
    let expected = [
      "REPLICATION", "CREATE ON DATABASE", "TEMPORARY ON DATABASE", "USAGE ON SCHEMA", #"SELECT ON "public"."A b""#,
      "SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON", "only an owner may publish it: GRANT keeper TO",
      #"only an owner may publish it: ALTER TABLE "public"."A b" OWNER TO"#, "SELECT ON SEQUENCE",
      "SELECT, UPDATE ON SEQUENCE", #"GRANT SELECT ON "public"."Part" TO"#,
      #"row-level security hides rows of "public"."shut" from"#,
    ]
    var found = try await inspect(bench)
    for part in expected {
      #expect(found.obstacles.contains { $0.contains(part) }, "\(part) in \(found.obstacles)")
    }
    try await obey(found, bench)
    found = try await inspect(bench)
    #expect(found.obstacles == [])
    try await copy(bench)
    #expect(try await inspect(bench).tables.map(\.state) == Array(repeating: .streaming, count: 4))
    if mode == .stream { try await copiesAnewBesideAForeignKey(bench) }
    // Another's partition that comes later, in a schema of its own, does not end a stream.
    try await bench.onSource(
      """
      CREATE SCHEMA attic; CREATE TABLE attic.late (id int NOT NULL);
      ALTER TABLE parts ATTACH PARTITION attic.late FOR VALUES IN (7)
      """)
    let later = try await inspect(bench)
    #expect(later.obstacles == [])
    #expect(later.warnings.contains { $0.contains(#"USAGE ON SCHEMA "attic""#) }, "\(later.warnings)")
    #expect(later.warnings.contains { $0.contains(#"SELECT ON "attic"."late""#) }, "\(later.warnings)")
  }

  /// What is emptied for a copy must not be referred to, and only an owner can see to that.
  private func copiesAnewBesideAForeignKey(_ bench: LinkBench) async throws {
    try await bench.onTarget(
      """
      CREATE TABLE other (id int REFERENCES kept);
      DO $$BEGIN CREATE ROLE cellar; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$;
      ALTER TABLE other OWNER TO cellar
      """)
    #expect(try await inspect(bench).obstacles == [])
    try await PostgresLink(settings: bench.settings).discard(tables: ["public.kept"])
    let found = try await inspect(bench)
    let ends = ["GRANT cellar TO weak", "GRANT REFERENCES ON kept TO weak"]
    #expect(found.obstacles.count == 2)
    for (obstacle, end) in zip(found.obstacles, ends) {
      #expect(obstacle.contains("other_id_fkey") && obstacle.hasSuffix(end), "\(obstacle)")
    }
    try await obey(found, bench)
    #expect(try await inspect(bench).obstacles == [])
    try await copy(bench)
    #expect(try await bench.atTarget("SELECT conname FROM pg_constraint WHERE contype = 'f'") == ["other_id_fkey"])
  }

  /// Rows that a policy hides would be missing at the target, and nothing would say so.
  @Test func aPolicyThatComesLaterStopsTheCopy() async throws {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY)", role: "hidden")
    try await bench.onSource("INSERT INTO t VALUES (1), (2)")
    let snapshot = try await Preparation(settings: bench.settings).make().snapshot
    try await bench.onSource("ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY")
    let failure = await #expect(throws: LinkFailure.self) {
      try await Baseline(settings: bench.settings).copy(from: snapshot) { _ in }
    }
    #expect(failure?.description.contains("row-level security") == true, "\(String(describing: failure))")
    let obstacle = try #require(try await inspect(bench).obstacles.first)
    #expect(obstacle.hasSuffix(#"or ALTER TABLE "public"."t" DISABLE ROW LEVEL SECURITY"#), "\(obstacle)")
    try await bench.onSource("ALTER ROLE hidden BYPASSRLS")
    #expect(try await inspect(bench).obstacles == [])
    try await copy(bench)
    #expect(try await bench.atTarget("SELECT count(*)::text FROM t") == ["2"])
  }

  /// Only a person can let a role in, and the link says what it takes.
  @Test(arguments: [true, false])
  func aRefusedRoleIsToldWhatLetsItIn(atSource: Bool) async throws {
    let role = atSource ? "turned_away_there" : "turned_away_here"
    let bench = try await LinkBench(role: role)
    let side = atSource ? bench.source : bench.target
    let place = atSource ? "the source \(bench.settings.sourceNode)" : "the target \(bench.settings.targetNode)"
    func refusal(_ change: (inout PostgresSettings) -> Void = { _ in }) async -> String {
      var settings = bench.settings
      if atSource { change(&settings.source) } else { change(&settings.target) }
      let failure = await #expect(throws: LinkFailure.self) { try await Inspector(settings: settings).inspect() }
      guard case .blocked(let text) = failure else { return "not blocked: \(String(describing: failure))" }
      #expect(text.contains(place) && !text.contains("hunter2"), "\(text)")
      return text
    }
    let revoke = "REVOKE CONNECT ON DATABASE \(bench.database) FROM PUBLIC, \(role)"
    try await side.administer("\(revoke); ALTER DATABASE \(bench.database) OWNER TO postgres; \(revoke)")
    let text = await refusal()
    #expect(text.hasSuffix(#"GRANT CONNECT ON DATABASE "\#(bench.database)" TO "\#(role)""#), "\(text)")
    try await side.administer(statement(text))
    #expect(try await inspect(bench).obstacles.allSatisfy { $0.contains(" CREATE ") || $0.contains(" TEMPORARY ") })
    #expect(await refusal { $0.password = Secret("hunter2") }.contains("ALTER ROLE \"\(role)\" PASSWORD"))
    #expect(await refusal { $0.database = "nowhere" }.contains(#"CREATE DATABASE "nowhere""#))
    try await side.administer("ALTER ROLE \(role) NOLOGIN")
    #expect(await refusal().contains(#"ALTER ROLE "\#(role)" LOGIN"#))
    try await side.administer("ALTER ROLE \(role) LOGIN")
  }

  @Test func rightsOnTablesThatSomeoneElseMadeAreNamed() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)", role: "guest")
    for side in [bench.source, bench.target] {
      try await side.administer(
        "\(Bookkeeping.schema); ALTER DATABASE \(bench.database) OWNER TO postgres", database: bench.database)
    }
    try await bench.source.administer(
      "GRANT CREATE ON DATABASE \(bench.database) TO guest", database: bench.database)
    var found = try await inspect(bench)
    // Before the books can be entered, nothing is known of them.
    for _ in 0..<2 where !found.obstacles.isEmpty {
      #expect(found.obstacles.allSatisfy { $0.contains("signalbox") }, "\(found.obstacles)")
      try await obey(found, bench)
      found = try await inspect(bench)
    }
    #expect(found.obstacles == [])
    try await copy(bench)
  }

  @Test func rowsAtTheTargetAndTriggersAreNamed() async throws {
    let bench = try await LinkBench(
      """
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TABLE t (a int PRIMARY KEY); CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()
      """, role: "plain")
    try await bench.onTarget("INSERT INTO t VALUES (1)")
    let found = try await inspect(bench)
    #expect(found.obstacles.count == 1)
    #expect(found.obstacles.first?.contains(#"TRUNCATE "public"."t""#) == true)
    let warning = try #require(found.warnings.first)
    #expect(warning.contains("public.t: tr"))
    try await obey(found, bench)
    try await bench.onTarget("GRANT SET ON PARAMETER session_replication_role TO plain")
    #expect(warning.contains("GRANT SET ON PARAMETER session_replication_role TO plain"))
    let after = try await inspect(bench)
    #expect(after.obstacles == [] && after.warnings == [])
  }

  @Test func aTypeThatTheTargetLacksIsNamed() async throws {
    let bench = try await LinkBench("CREATE TABLE t (a int PRIMARY KEY)")
    try await bench.onSource(
      "SET ROLE app; CREATE TYPE mood AS ENUM ('glad', 'it''s'); ALTER TABLE t ADD m mood DEFAULT 'glad'")
    let table = try #require(try await inspect(bench).tables.first)
    #expect(table.state == .parked)
    let reason = try #require(table.reason)
    #expect(reason.contains("public.t.m is missing at the target"))
    try await bench.onTarget("SET ROLE app; \(statement(reason))")
    let after = try await inspect(bench)
    #expect(after.tables.first?.state == .waiting && after.tables.first?.reason == nil)
    try await copy(bench)
  }

  @Test func aSlotThatAnotherReceivesFromIsNamed() async throws {
    let bench = try await LinkBench("CREATE TABLE t (a int PRIMARY KEY)")
    await (try await Preparation(settings: bench.settings).make()).snapshot?.close()
    var receiver = bench.settings.source
    receiver.applicationName = "rival"
    let stream = try await PostgresReplicationStream.connect(receiver, timeout: .seconds(10))
    try await stream.start(
      slot: bench.settings.slotName, from: .zero, publications: bench.settings.publications, timeout: .seconds(10))
    let held = try await inspect(bench)
    #expect(held.obstacles.count == 1)
    #expect(held.obstacles.first?.contains("application rival, 127.") == true, "\(held.obstacles)")
    await stream.close()
    let isFree = """
      DO $$BEGIN WHILE EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = '\(bench.settings.slotName)' AND active)
      LOOP PERFORM pg_sleep(0.02), pg_stat_clear_snapshot(); END LOOP; END$$;
      """
    try await bench.onSource(isFree)
    #expect(try await inspect(bench).obstacles == [])
    try await bench.onTarget("UPDATE signalbox.link_table SET state = 'streaming', ready = '0/1'")
    try await bench.onSource("SELECT pg_drop_replication_slot('\(bench.settings.slotName)')")
    #expect(try await inspect(bench).obstacles.first?.contains("is gone from the source") == true)
  }

  @Test func aForeignKeyThatIsAwayAsksForTheBaseline() async throws {
    let bench = try await LinkBench(
      "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p)")
    try await bench.onSource("SET ROLE app; INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1)")
    try await copy(bench)
    #expect(try await !inspect(bench).needsBaseline)
    // As a crash between the last row and the foreign keys leaves it.
    try await bench.onTarget(
      """
      ALTER TABLE c DROP CONSTRAINT c_p_fkey; INSERT INTO signalbox.link_rebuild VALUES ('\(bench.settings.directionName)',
        'public.c', 1000, 'c_p_fkey', 'ALTER TABLE public.c ADD CONSTRAINT c_p_fkey FOREIGN KEY (p) REFERENCES p(id)')
      """)
    #expect(try await inspect(bench).needsBaseline)
    let rows = try await bench.atTarget("SELECT xmin::text FROM c")
    try await copy(bench)
    #expect(try await !inspect(bench).needsBaseline)
    #expect(try await bench.atTarget("SELECT conname FROM pg_constraint WHERE contype = 'f'") == ["c_p_fkey"])
    #expect(try await bench.atTarget("SELECT xmin::text FROM c") == rows)
  }

  @Test func clocksThatDifferTooMuchBlockBothWays() async throws {
    var bench = try await LinkBench("CREATE TABLE t (a int PRIMARY KEY)")
    bench.settings.clockSkewLimit = .zero
    #expect(try await inspect(bench).obstacles == [])
    bench.settings.mode = .streamBoth
    let found = try await inspect(bench)
    #expect(found.obstacles.contains { $0.contains("above the bound of 0 ms") && $0.contains("NTP") })
    bench.settings.clockSkewLimit = .seconds(5)
    let after = try await inspect(bench)
    #expect(!after.obstacles.contains { $0.contains("clock") })
  }

  /// The server knows no figure of a slot that is lost.
  @Test func aLostSlotHasNothingLeft() {
    let slot = SourceSlot(
      name: "s", plugin: "pgoutput", database: "d", isOfThisDatabase: true, isActive: false, isLost: true,
      retainedBytes: 0)
    #expect(slot.snapshot.safeBytes == 0)
  }
}
