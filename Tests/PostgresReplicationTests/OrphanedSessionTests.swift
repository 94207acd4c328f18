import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// The session of a program that was killed goes on with what it was sent, while the next program streams already.
@Suite struct OrphanedSessionTests {
  /// What the killed program's session does, statement by statement.
  private struct Orphan {
    let bench: LinkBench
    let connection: PostgresConnection

    init(_ bench: LinkBench) async throws {
      self.bench = bench
      connection = try await bench.connectTarget()
      try await run("BEGIN")
    }

    func run(_ sql: String) async throws { try await connection.execute(sql, timeout: .seconds(20)) }

    /// Moves the books on to where the source's log ends, and commits.
    func commit(from before: LSN) async throws {
      let end = try #require(LSN(try await bench.atSource("SELECT pg_current_wal_flush_lsn()::text")[0]))
      let moving = ProgressStatement.moving(bench.settings, from: before, to: end)
      try await connection.pipeline([moving, PostgresStatement("COMMIT")], timeout: .seconds(20))
    }
  }

  private func stream(_ mode: ReplicationMode) async throws -> (LinkBench, RunningLink) {
    // A row that comes twice is there twice.
    var bench = try await LinkBench("CREATE TABLE entry (n int)")
    bench.settings.mode = mode
    bench.settings.keyless = .insertOnly
    let link = try await RunningLink.start(bench.settings)
    try await bench.onSource("INSERT INTO entry VALUES (1)")
    try await link.drain(bench)
    return (bench, link)
  }

  private func position(_ bench: LinkBench) async throws -> LSN {
    try #require(LSN(try await bench.atTarget("SELECT position::text FROM signalbox.link")[0]))
  }

  @Test(arguments: [ReplicationMode.stream, .streamBoth])
  func itCannotCommitWhatTheNextOneHas(mode: ReplicationMode) async throws {
    let (bench, link) = try await stream(mode)
    await link.stop()
    let before = try await position(bench)
    let orphan = try await Orphan(bench)
    try await bench.onSource("INSERT INTO entry VALUES (2)")
    try await orphan.run("INSERT INTO entry VALUES (2)")
    link.start()
    try await link.drain(bench)
    let refusal = await #expect(throws: PostgresPipelineError.self) { try await orphan.commit(from: before) }
    let failure = try #require(refusal.flatMap { ProgressStatement.failure($0.error, bench.settings) })
    #expect(failure.description.contains("another session"))
    await orphan.connection.close()
    #expect(try await bench.atTarget("SELECT n::text FROM entry ORDER BY n") == ["1", "2"])
    #expect(link.failures.isEmpty)
    await link.stop()
  }

  @Test(arguments: [ReplicationMode.stream, .streamBoth])
  func whatItHasCommittedIsNotAppliedAgain(mode: ReplicationMode) async throws {
    let (bench, link) = try await stream(mode)
    let orphan = try await Orphan(bench)
    // The link that runs waits until the orphan has committed.
    try await orphan.run("LOCK TABLE entry")
    try await bench.onSource("INSERT INTO entry VALUES (2)")
    try await bench.waitAtTarget(for: "SELECT FROM pg_locks WHERE relation = 'entry'::regclass AND NOT granted")
    try await orphan.run("INSERT INTO entry VALUES (2)")
    try await orphan.commit(from: try await position(bench))
    try await bench.onSource("INSERT INTO entry VALUES (3)")
    try await link.drain(bench)
    #expect(try await bench.atTarget("SELECT n::text FROM entry ORDER BY n") == ["1", "2", "3"])
    #expect(link.failures.count == 1)
    #expect(link.failures.first?.contains("another session") == true)
    await orphan.connection.close()
    await link.stop()
  }
}
