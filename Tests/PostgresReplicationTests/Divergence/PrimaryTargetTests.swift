import Operations
import PostgresAdapter
import Testing

@testable import PostgresReplication

/// A one-way link never writes at a database that has become the primary, whoever runs it and whatever they remember.
@Suite(.timeLimit(.minutes(3))) struct PrimaryTargetTests {
  private static let role = """
    CREATE SCHEMA IF NOT EXISTS signalbox AUTHORIZATION app;
    CREATE TABLE signalbox.role (
      id int PRIMARY KEY, application name, standing text NOT NULL, generation bigint NOT NULL, actor text);
    INSERT INTO signalbox.role VALUES (1, 'app', 'fenced', 3, 'kit');
    ALTER TABLE signalbox.role OWNER TO app;
    """

  private func promote(_ bench: LinkBench) async throws {
    try await bench.onTarget("UPDATE signalbox.role SET standing = 'primary', generation = 4")
  }

  @Test func aRunningStreamIsRefusedFromThePromotionOn() async throws {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY)")
    try await bench.onTarget(Self.role)
    let running = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO t VALUES (1)")
    try await running.drain(bench)
    try await promote(bench)
    try await bench.onSource("INSERT INTO t VALUES (2)")
    while running.failures.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    #expect(running.failures.first?.contains("its target is the primary now") == true)
    while running.failures.count < 2 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(running.failures[1].contains("signalbox rejoin \(bench.settings.sourceNode)"))
    let inspection = try await running.link.inspect()
    #expect(inspection.obstacles.contains { $0.contains("is the primary since generation 4") })
    #expect(try await bench.atTarget("SELECT id::text FROM t") == ["1"])
    await running.stop()
    let link = PostgresLink(settings: bench.settings)
    try await link.discard(tables: ["public.t"])
    await #expect(throws: LinkFailure.self) { try await link.copyBaseline { _ in } }
    #expect(try await bench.atTarget("SELECT id::text FROM t") == ["1"])
  }

  /// What was received before and is applied late waits for a promotion under way, and is refused by it.
  @Test func applyingAndPromotingExcludeEachOther() async throws {
    let bench = try await LinkBench("CREATE TABLE t (id int PRIMARY KEY)")
    try await bench.onTarget(Self.role)
    let running = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO t VALUES (1)")
    try await running.drain(bench)
    let promotion = try await bench.connectTarget()
    try await promotion.execute(
      "BEGIN; SELECT FROM signalbox.role WHERE id = 1 FOR UPDATE; UPDATE signalbox.role SET standing = 'primary'",
      timeout: .seconds(10))
    try await bench.onSource("INSERT INTO t VALUES (2)")
    let waiting =
      "SELECT count(*)::text FROM pg_stat_activity WHERE application_name = 'signalbox "
      + "\(bench.settings.directionName) apply' AND wait_event_type = 'Lock'"
    while try await bench.atTarget(waiting) != ["1"] { try await Task.sleep(for: .milliseconds(20)) }
    try await promotion.execute("COMMIT", timeout: .seconds(10))
    while running.failures.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try await bench.atTarget("SELECT id::text FROM t") == ["1"])
    await promotion.close()
    await running.stop()
  }

  @Test func linksThatCompareVersionsMayWriteAtAPrimary() async throws {
    var settings = try await LinkBench().settings
    let primary = RoleStanding(standing: .primary, generation: Generation(4))
    #expect(primary.obstacle(settings) != nil)
    #expect(RoleStanding(standing: .fenced, generation: Generation(4)).obstacle(settings) == nil)
    settings.mode = .streamBoth
    #expect(primary.obstacle(settings) == nil)
    settings.mode = .snapshot
    #expect(primary.obstacle(settings) != nil)
    settings.timestampColumn = "changed_at"
    #expect(primary.obstacle(settings) == nil)
  }
}
