import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

@Suite struct MeetingSequencesTests {
  private static func sequence(_ increment: Int64, _ value: Int64) -> MeetingSequences.Sequence {
    .init(name: "s", increment: increment, value: value)
  }

  @Test(
    arguments: [
      (1, 1, 1, 1, true), (1, 7, 1, 90_000, true), (2, 1, 2, 2, false), (2, 1, 2, 90_001, true), (2, 1, 1, 2, true),
      (2, -1, 2, 2, false), (2, -1, 2, 3, true), (-2, 1, 2, 2, false), (4, 1, 6, 3, true), (4, 1, 6, 4, false),
      (10, 3, 10, 4, false), (Int64.max, 1, Int64.min, 1, true), (1, Int64.min, 1, Int64.max, true),
    ] as [(Int64, Int64, Int64, Int64, Bool)])
  func valuesMeetOrDoNot(increment: Int64, value: Int64, other: Int64, otherValue: Int64, meets: Bool) {
    let (one, two) = (Self.sequence(increment, value), Self.sequence(other, otherValue))
    #expect(MeetingSequences.meet(one, two) == meets)
    #expect(MeetingSequences.meet(two, one) == meets)
  }

  @Test(arguments: [sequence(-1, -1), sequence(1, Int64.max)])
  func whatHasNoOneRemedyIsToldAllTheSame(sequence: MeetingSequences.Sequence) {
    let side = PostgresSettings(hosts: [.init("h", port: 1)], database: "d", user: "u", password: nil, security: .none)
    let settings = LinkSettings(
      id: LinkID("a-b"), mode: .streamBoth, sourceNode: CloudID("a"), targetNode: CloudID("b"), source: side,
      target: side)
    let told = MeetingSequences.warnings(source: ["public.t.id": sequence], target: ["public.t.id": sequence], settings)
    #expect(told.count == 1 && told[0].contains("odd numbers at a, even ones at b"), "\(told)")
  }

  /// Each statement that a warning names is run as it stands.
  @Test func tablesThatAreNumberedAlikeAreToldOfUntilTheyAreNot() async throws {
    var bench = try await LinkBench(
      """
      CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE TABLE b (id uuid PRIMARY KEY);
      CREATE TABLE "C d" (id serial PRIMARY KEY, n serial); CREATE TABLE e (id bigint PRIMARY KEY);
      CREATE SEQUENCE apart INCREMENT 2; ALTER TABLE e ALTER id SET DEFAULT nextval('apart');
      ALTER SEQUENCE apart OWNED BY e.id; CREATE TABLE f (site int, id serial, PRIMARY KEY (site, id)); INSERT INTO a DEFAULT VALUES
      """)
    bench.settings.mode = .streamBoth
    try await bench.onTarget("ALTER SEQUENCE apart RESTART WITH 2; DELETE FROM a")
    try await bench.onSource("SELECT nextval('apart')")
    try await bench.onTarget("SELECT nextval('apart')")
    try await bench.onSource("DELETE FROM a")
    let meeting = try await warnings(bench)
    #expect(meeting.count == 2)
    #expect(meeting.first?.hasPrefix("public.C d.id is numbered alike") == true, "\(meeting)")
    for warning in meeting {
      let statements = warning.split(separator: "ALTER SEQUENCE ").dropFirst().map {
        "ALTER SEQUENCE " + ($0.split(separator: " at ").first ?? "")
      }
      #expect(statements.count == 2, "\(warning)")
      try await bench.onSource(statements[0])
      try await bench.onTarget(statements[1])
    }
    #expect(try await warnings(bench) == [])
  }

  private func warnings(_ bench: LinkBench) async throws -> [String] {
    try await Inspector(settings: bench.settings).inspect().warnings.filter { $0.contains("numbered alike") }
  }
}
