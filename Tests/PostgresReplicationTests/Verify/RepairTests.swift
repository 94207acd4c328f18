import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// Differences planted, found and mended.
@Suite struct RepairTests {
  private func repair(
    _ pair: VerifyPair, _ differences: [TableDifference],
    appliedPosition: @escaping @Sendable () async throws -> LSN = { LSN(.max) }
  ) async throws -> Int {
    try await Repairer(settings: pair.settings, limits: pair.limits).repair(
      differences, tables: try await pair.tables(), appliedPosition: appliedPosition, progress: { _ in })
  }

  @Test func everyKindIsMendedAndNothingElseIsTouched() async throws {
    let pair = try await VerifyPair.start(20)
    try await pair.run(VerifyTests.awkward)
    try await pair.run(
      """
      CREATE TABLE unique_name (id int PRIMARY KEY, name text UNIQUE);
      INSERT INTO unique_name VALUES (1, 'a'), (2, 'b'), (3, 'c');
      CREATE TABLE ticket (id int PRIMARY KEY, number int GENERATED ALWAYS AS IDENTITY);
      INSERT INTO ticket VALUES (1), (2);
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;
      """)
    try await pair.run(
      """
      DELETE FROM awkward WHERE id = 2; UPDATE awkward SET f8 = 0, words = NULL WHERE id = 1;
      INSERT INTO awkward (positive) VALUES (5);
      DELETE FROM named WHERE no = 2; UPDATE named SET note = NULL WHERE no = 1 AND kind = 'é';
      DELETE FROM named WHERE kind = E'e\\u0301' AND no = 1;
      DELETE FROM keyless WHERE ctid IN ('(0,1)', '(0,4)'); INSERT INTO keyless VALUES (2, NULL), (3, 'new'), (3, 'new');
      UPDATE event SET note = 'x' WHERE id = 100; DELETE FROM event WHERE id = 101;
      UPDATE unique_name SET name = name || '?'; UPDATE unique_name SET name = CASE id WHEN 1 THEN 'b' WHEN 2 THEN 'a'
        ELSE 'd' END;
      DELETE FROM ticket WHERE id = 2; INSERT INTO ticket OVERRIDING SYSTEM VALUE VALUES (2, 22);
      CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON awkward FOR EACH ROW EXECUTE FUNCTION refuse();
      """, on: [.target])
    let versions = "SELECT string_agg(xmin::text, ' ' ORDER BY ctid) AS all FROM named WHERE no = 3"
    let before = try await pair.value(versions, on: .target)
    let found = try await pair.verify().values.flatMap(\.differences)
    #expect(found.count > 20)
    let written = try await repair(pair, found)
    #expect(written > 20)
    let after = try await pair.verify()
    #expect(after.allSatisfy { $0.value.summary.isEqual }, "\(after.mapValues(\.differences))")
    #expect(try await pair.value(versions, on: .target) == before)
    // The same again finds nothing to do.
    #expect(try await repair(pair, found) == 0)
  }

  /// One side's partitions are the other's plain table.
  @Test(arguments: [Side.source, .target])
  func aTableThatIsPartitionedAtOneSideOnlyIsReadAtBoth(_ partitioned: Side) async throws {
    let pair = try await VerifyPair.start(partitioned == .source ? 24 : 25)
    let other: Side = partitioned == .source ? .target : .source
    let tables = "CREATE TABLE keyed (id int PRIMARY KEY, a text); CREATE TABLE bare (id int, a text);"
    let partitions = """
      CREATE TABLE keyed (id int PRIMARY KEY, a text) PARTITION BY RANGE (id);
      CREATE TABLE bare (id int, a text) PARTITION BY RANGE (id);
      CREATE TABLE keyed_1 PARTITION OF keyed FOR VALUES FROM (0) TO (10);
      CREATE TABLE keyed_2 PARTITION OF keyed DEFAULT; CREATE TABLE bare_1 PARTITION OF bare DEFAULT;
      """
    try await pair.run(tables, on: [other])
    try await pair.run(partitions, on: [partitioned])
    try await pair.run(
      """
      INSERT INTO keyed SELECT n, 'x' FROM generate_series(1, 20) n;
      INSERT INTO bare SELECT n / 3, 'x' FROM generate_series(1, 20) n
      """)
    try await pair.run(
      """
      UPDATE keyed SET a = 'y' WHERE id IN (3, 13); DELETE FROM keyed WHERE id = 4; INSERT INTO keyed VALUES (30, 'x');
      DELETE FROM bare WHERE id = 1; INSERT INTO bare VALUES (2, 'x')
      """, on: [.target])
    let found = try await pair.verify()
    #expect(found["public.keyed"]?.summary.counts == [1, 1, 2])
    #expect(found["public.bare"]?.summary.counts == [3, 1, 0])
    let differences = found.values.flatMap(\.differences)
    #expect(try await repair(pair, differences) == 8)
    #expect(try await repair(pair, differences) == 0)
    #expect(try await pair.verify().allSatisfy { $0.value.summary.isEqual })
  }

  @Test func rowsThatHaveChangedSinceAreLookedAtAgain() async throws {
    let pair = try await VerifyPair.start(21)
    try await pair.run(
      "CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT n, 'x' FROM generate_series(1, 6) n")
    try await pair.run(
      "UPDATE t SET a = 'y' WHERE id = 1; DELETE FROM t WHERE id IN (2, 3); INSERT INTO t VALUES (7, 's'), (8, 's')",
      on: [.target])
    let found = try await pair.verify().values.flatMap(\.differences)
    #expect(found.count == 5)
    // The surplus row has come at the source, the missing one has gone there, the unlike one is another.
    try await pair.run(
      "INSERT INTO t VALUES (7, 'came'); DELETE FROM t WHERE id = 2; UPDATE t SET a = 'z' WHERE id = 1", on: [.source])
    #expect(try await repair(pair, found) == 4)
    #expect(try await pair.verify()["public.t"]?.summary.isEqual == true)
  }

  @Test func aLinkThatStandsStillIsNotRepaired() async throws {
    var pair = try await VerifyPair.start(22)
    pair.limits.applyWait = .milliseconds(200)
    try await pair.run("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')")
    try await pair.run("DELETE FROM t", on: [.target])
    let found = try await pair.verify().values.flatMap(\.differences)
    await #expect(throws: RepairFailure.self) { try await repair(pair, found) { LSN(1) } }
    #expect(try await pair.value("SELECT count(*)::text AS n FROM t", on: .target) == "0")
  }

  @Test func whatTheTargetGeneratesOtherwiseIsNamed() async throws {
    let pair = try await VerifyPair.start(27)
    for (side, factor) in [(Side.source, 2), (.target, 3)] {
      try await pair.run(
        """
        CREATE TABLE keyed (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * \(factor)) STORED);
        CREATE TABLE bare (a int, b int GENERATED ALWAYS AS (a * \(factor)) STORED);
        INSERT INTO keyed VALUES (1, 0), (2, 5), (3, 0); INSERT INTO bare VALUES (0), (5)
        """, on: [side])
    }
    try await pair.run("UPDATE keyed SET a = 7 WHERE id = 3", on: [.target])
    let found = try await pair.verify()
    let keyed = try #require(found["public.keyed"]?.differences)
    #expect(keyed.count == 2)
    let failure = await #expect(throws: RepairFailure.self) { try await repair(pair, keyed) }
    #expect(failure == .generatedOtherwise(table: "public.keyed", columns: ["b"]))
    // What can be written is.
    #expect(try await pair.verify()["public.keyed"]?.differences.map(\.key) == ["id=2"])
    let bare = try #require(found["public.bare"]?.differences)
    let refusal = await #expect(throws: RepairFailure.self) { try await repair(pair, bare) }
    #expect(refusal == .generatedOtherwise(table: "public.bare", columns: ["b"]))
    #expect(try await pair.value("SELECT count(*)::text AS n FROM bare", on: .target) == "2")
  }

  /// From a standby, or with a role that may do no more than read.
  @Test func aSourceOfSnapshotsIsOnlyRead() async throws {
    var pair = try await VerifyPair.start(26)
    try await pair.run("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'), (2, 'x')")
    try await pair.run("DELETE FROM t WHERE id = 1; UPDATE t SET a = 'y'", on: [.target])
    pair.settings.mode = .snapshot
    let found = try await pair.verify().values.flatMap(\.differences)
    try await pair.source.administer(
      """
      ALTER ROLE app NOSUPERUSER; ALTER TABLE t OWNER TO postgres; GRANT SELECT ON t TO app;
      ALTER ROLE app SET default_transaction_read_only = on
      """)
    #expect(try await repair(pair, found) == 2)
    #expect(try await pair.verify()["public.t"]?.summary.isEqual == true)
  }

  @Test func aRoleThatMayNotLockIsToldWhatItNeeds() async throws {
    let pair = try await VerifyPair.start(23)
    try await pair.run("CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x')")
    try await pair.run("DELETE FROM t", on: [.target])
    let found = try await pair.verify().values.flatMap(\.differences)
    try await pair.source.administer(
      "ALTER ROLE app NOSUPERUSER; ALTER TABLE t OWNER TO postgres; GRANT SELECT ON t TO app")
    let refusal = await #expect(throws: RepairFailure.self) { try await repair(pair, found) }
    #expect(refusal == .cannotLock(table: "\"public\".\"t\""))
    try await pair.source.administer("GRANT UPDATE ON t TO app")
    #expect(try await repair(pair, found) == 1)
  }
}
