import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// The sessions in which a link was found ready, and which its stream goes on with.
@Suite(.timeLimit(.minutes(1))) struct HandedOnSessionsTests {
  /// Sessions that the link has at either side, as their servers know them.
  private func sessions(_ bench: LinkBench, purpose: String = "%") async throws -> [String] {
    let sql = """
      SELECT pid::text AS session FROM pg_stat_activity
      WHERE application_name LIKE 'signalbox \(bench.settings.directionName) \(purpose)'
        AND application_name NOT LIKE '% test' ORDER BY 1
      """
    return try await bench.atSource(sql) + bench.atTarget(sql)
  }

  private func streamed(_ link: PostgresLink) async throws {
    await withTaskGroup(of: Void.self) { group in
      let (reports, heard) = AsyncStream<Void>.makeStream()
      group.addTask { try? await link.stream { if case .applied = $0 { heard.yield() } } }
      for await _ in reports { break }
      group.cancelAll()
    }
  }

  @Test func theStreamGoesOnInThem() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    let link = PostgresLink(settings: bench.settings)
    #expect(try await link.prepare().needsBaseline)
    #expect(try await sessions(bench, purpose: "preparation").isEmpty, "there is nothing to stream yet")
    try await link.copyBaseline { _ in }
    #expect(try await link.prepare().canStream)
    let left = try await sessions(bench)
    #expect(left.count == 2)

    let streaming = Task { try await link.stream { _ in } }
    try await bench.onSource("INSERT INTO a VALUES (1)")
    while try await bench.atTarget("SELECT id FROM a").isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    #expect(try await sessions(bench, purpose: "apply") == left.suffix(1), "the one at the target")
    streaming.cancel()
    _ = await streaming.result
    while try await !sessions(bench).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
  }

  @Test func whatIsNotTakenIsEnded() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    let link = PostgresLink(settings: bench.settings)
    _ = try await link.adopt()
    for _ in 0..<2 { #expect(try await link.prepare().canStream) }
    while try await sessions(bench).count > 2 { try await Task.sleep(for: .milliseconds(10)) }
    try await link.halt()
    while try await !sessions(bench).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
  }

  /// A position that is told to the source must be on the target's disk.
  @Test func theyWaitForTheDiskWhateverTheDefault() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    for side in [bench.onSource, bench.onTarget] {
      try await side("ALTER DATABASE \(bench.database) SET synchronous_commit = off")
    }
    #expect(try await bench.atTarget("SELECT current_setting('synchronous_commit') AS it") == ["on"])
    #expect(try await bench.atSource("SELECT current_setting('synchronous_commit') AS it") == ["on"])
  }

  /// Where they have ended meanwhile, the stream says so, and the next preparation opens others.
  @Test func theyMayEndBeforeTheyAreTaken() async throws {
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)")
    let link = PostgresLink(settings: bench.settings)
    _ = try await link.adopt()
    for side in [bench.onSource, bench.onTarget] {
      #expect(try await link.prepare().canStream)
      try await side(
        """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE application_name LIKE 'signalbox \(bench.settings.directionName) preparation'
        """)
      await #expect(throws: LinkFailure.self) { try await link.stream { _ in } }
    }
    #expect(try await link.prepare().canStream)
    try await streamed(link)
  }

  /// What the role was let in for once is not tried before each stream, but after each that has ended.
  @Test func aRightThatWasTakenAwayIsFoundAndNamed() async throws {
    let role = "handed_on"
    let bench = try await LinkBench("CREATE TABLE a (id int PRIMARY KEY)", role: role)
    let link = PostgresLink(settings: bench.settings)
    _ = try await link.adopt()
    try await bench.source.administer("ALTER ROLE \(role) NOREPLICATION", database: "postgres")
    #expect(try await link.prepare().canStream)
    await #expect(throws: (any Error).self) { try await link.stream { _ in } }
    for _ in 0..<2 {
      let obstacles = try await link.prepare().obstacles
      #expect(obstacles.count == 1 && obstacles[0].contains(#"ALTER ROLE "\#(role)" REPLICATION"#), "\(obstacles)")
    }
    try await bench.source.administer("ALTER ROLE \(role) REPLICATION", database: "postgres")
    #expect(try await link.prepare().canStream)
    try await streamed(link)
  }
}
