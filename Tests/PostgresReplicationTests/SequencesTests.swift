import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

@Suite struct SequencesTests {
  @Test func theyStayAheadOfTheSource() async throws {
    let bench = try await LinkBench(
      """
      CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE SEQUENCE free; CREATE SEQUENCE unused;
      CREATE SEQUENCE down INCREMENT -2; CREATE SEQUENCE round MAXVALUE 5 CYCLE; CREATE SEQUENCE short MAXVALUE 50;
      CREATE SEQUENCE "Odd Name"
      """)
    try await bench.onSource(
      """
      INSERT INTO t SELECT FROM generate_series(1, 5); SELECT setval('free', 700), nextval('down'), nextval('down');
      SELECT nextval('round'), setval('short', 20), setval('"Odd Name"', 9000000000); CREATE SEQUENCE only_here;
      """)
    let sequences = Sequences(settings: bench.settings, margin: 100)
    #expect(try await sequences.advance() == 5)
    let values =
      "SELECT sequencename || ' ' || coalesce(last_value::text, '-') AS s FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
    let expected = ["Odd Name 9000000100", "down -203", "free 800", "round -", "short 35", "t_id_seq 105", "unused -"]
    #expect(try await bench.atTarget(values) == expected)
    // A few values later nothing has to be moved.
    try await bench.onSource("SELECT setval('free', 730)")
    #expect(try await sequences.advance() == 0)
    try await bench.onSource("SELECT setval('free', 790)")
    #expect(try await sequences.advance() == 1)
    // Never backwards.
    try await bench.onTarget("SELECT setval('free', 5000)")
    #expect(try await sequences.advance() == 0)
    #expect(try await bench.atTarget("SELECT last_value::text AS v FROM free") == ["5000"])
  }

  @Test func whileALinkRunsTheyAreKeptAhead() async throws {
    let bench = try await LinkBench("CREATE SEQUENCE free")
    let keeping = Task { try await Sequences(settings: bench.settings).keepAhead(every: .milliseconds(50)) }
    try await bench.onSource("SELECT setval('free', 700)")
    try await bench.waitAtTarget(for: "SELECT FROM pg_sequences WHERE sequencename = 'free' AND last_value = 10700")
    // More than the least margin from one look to the next.
    try await bench.onSource("SELECT setval('free', 50700)")
    try await bench.waitAtTarget(for: "SELECT FROM pg_sequences WHERE sequencename = 'free' AND last_value = 200700")
    keeping.cancel()
    _ = await keeping.result
  }

  /// The source is gone: what the rows have used is all that can be known.
  @Test func withoutTheSourceTheyStandPastWhatTheRowsHaveUsed() async throws {
    let bench = try await LinkBench(
      """
      CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE SEQUENCE shared; CREATE SEQUENCE free;
      CREATE TABLE a (id bigint DEFAULT nextval('shared') PRIMARY KEY);
      CREATE TABLE "B b" ("Id" bigint DEFAULT nextval('shared') PRIMARY KEY);
      CREATE SEQUENCE down INCREMENT -1; CREATE TABLE d (id int DEFAULT nextval('down') PRIMARY KEY);
      CREATE TABLE empty (id serial PRIMARY KEY)
      """)
    try await bench.onTarget(
      """
      INSERT INTO t OVERRIDING SYSTEM VALUE VALUES (3), (41); INSERT INTO a VALUES (7), (900);
      INSERT INTO "B b" VALUES (1000); INSERT INTO d VALUES (-5), (-60)
      """)
    var settings = bench.settings
    settings.source.hosts = [.init("127.0.0.1", port: 1)]
    let sequences = Sequences(settings: settings, margin: 100)
    #expect(try await sequences.advanceAlone() == 4)
    let values =
      "SELECT sequencename || ' ' || coalesce(last_value::text, '-') AS s FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
    let expected = ["down -160", "empty_id_seq 101", "free -", "shared 1100", "t_id_seq 141"]
    #expect(try await bench.atTarget(values) == expected)
    #expect(try await sequences.advanceAlone() == 0)
  }
}
