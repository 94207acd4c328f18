import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

@testable import PostgresReplication

/// Databases that freeze, fill their disk or are another server's all at once: what was committed arrives all the same.
@Suite(.serialized, .timeLimit(.minutes(3))) struct DatabaseFaultTests {
  private static let table = """
    CREATE TABLE t (id int PRIMARY KEY, body text); ALTER TABLE t ALTER body SET STORAGE EXTERNAL
    """
  private static let noDisk: Comment =
    "a disk that can be filled is a mount, which needs root and CAP_SYS_ADMIN: NOT TRIED"
  private static let rows = "SELECT count(*) || ' ' || coalesce(sum(length(body)), 0) AS value FROM t"

  /// A link between two servers of its own.
  private struct Pair {
    let source: TemporaryCluster
    let target: TemporaryCluster
    let link: RunningLink
    let settings: LinkSettings

    /// - Parameters:
    ///   - network: the third octet of the servers' addresses.
    ///   - sourceDisk: kilobytes of a disk of its own; none without.
    ///   - targetDisk: likewise.
    init(_ network: Int, sourceSettings: [String] = [], sourceDisk: Int? = nil, targetDisk: Int? = nil) async throws {
      let small = ["min_wal_size = 2MB", "max_wal_size = 8MB"]
      source = try await TemporaryCluster.start(
        address: "127.28.\(network).1",
        extraSettings: ["wal_level = logical"] + sourceSettings + (sourceDisk == nil ? [] : small),
        diskKilobytes: sourceDisk)
      target = try await TemporaryCluster.start(
        address: "127.28.\(network).2", extraSettings: targetDisk == nil ? [] : small, diskKilobytes: targetDisk)
      try await source.administer("ALTER ROLE app REPLICATION; SET ROLE app; \(DatabaseFaultTests.table)")
      try await target.administer("SET ROLE app; \(DatabaseFaultTests.table)")
      settings = LinkSettings(
        id: LinkID("fault"), mode: .stream, sourceNode: CloudID("a"), targetNode: CloudID("b"),
        source: source.settings(), target: target.settings())
      link = try await RunningLink.start(settings)
      try await source.administer("SET ROLE app; INSERT INTO t VALUES (0, 'first')")
      try await meets()
    }

    /// Waits until both sides hold the same.
    func meets(within limit: Duration = .seconds(60)) async throws {
      let rows = DatabaseFaultTests.rows
      let isEqual = await eventually(within: limit) {
        guard let here = try? await ask(source, rows), let there = try? await ask(target, rows) else { return false }
        return here == there && here != "0 0"
      }
      #expect(isEqual, "\(link.failures.suffix(3))")
    }

    /// The source ends and comes back as a standby that is promoted, with its slots; then rows are written.
    func failOver(insertingTo last: Int) async throws {
      try await source.kill()
      let data = "\(source.directory)/data"
      #expect(ChildProcess.run(["cp", "-p", "\(data)/PG_VERSION", "\(data)/standby.signal"]).status == 0)
      try await source.restart()
      try await source.administer("SELECT pg_promote()")
      try await source.administer(DatabaseFaultTests.insert((last - 9)...last, bytes: 10))
    }

    func ask(_ side: TemporaryCluster, _ sql: String) async throws -> String {
      let session = try await PostgresConnection.connect(side.settings(), timeout: .seconds(5))
      do {
        let value: String = try await session.query(sql, timeout: .seconds(5)).only().get("value")
        await session.close()
        return value
      } catch {
        await session.close()
        throw error
      }
    }
  }

  private static func insert(_ ids: ClosedRange<Int>, bytes: Int) -> String {
    "SET ROLE app; INSERT INTO t SELECT g, repeat('x', \(bytes)) "
      + "FROM generate_series(\(ids.lowerBound), \(ids.upperBound)) g"
  }

  /// The source ends a sender whose receiver is silent for two seconds; a receiver that waits for its target is not.
  @Test func aTargetThatFreezesIsWaitedFor() async throws {
    let pair = try await Pair(1, sourceSettings: ["wal_sender_timeout = 2s"])
    try await pair.target.signal(SIGSTOP)
    for id in 1...60 {
      try await pair.source.administer(Self.insert(id...id, bytes: 100))
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(pair.link.failures.isEmpty)
    let active = "SELECT active::text AS value FROM pg_replication_slots"
    #expect(try await pair.ask(pair.source, active) == "true")
    try await pair.target.signal(SIGCONT)
    try await pair.meets()
    #expect(pair.link.failures.isEmpty)
    await pair.link.stop()
  }

  @Test(.enabled(if: TinyDisk.isPermitted, Self.noDisk)) func aTargetWhoseDiskIsFullIsWaitedFor() async throws {
    let pair = try await Pair(2, targetDisk: 96 * 1024)
    let disk = try #require(pair.target.disk)
    #expect(disk.fill() ?? 0 > 1_000_000)
    for round in 0..<10 {
      try await pair.source.administer(Self.insert((round * 100 + 1)...(round * 100 + 100), bytes: 20_000))
    }
    #expect(await eventually(within: .seconds(30)) { !pair.link.failures.isEmpty })
    #expect(pair.link.parked.isEmpty)
    #expect(disk.free())
    try await pair.meets()
    #expect(try await pair.ask(pair.target, Self.rows) == "1001 20000005")
    await pair.link.stop()
  }

  @Test(.enabled(if: TinyDisk.isPermitted, Self.noDisk)) func aSourceWhoseDiskIsFullGoesOnWhereItWas() async throws {
    let pair = try await Pair(3, sourceDisk: 96 * 1024)
    let disk = try #require(pair.source.disk)
    #expect(disk.fill() ?? 0 > 1_000_000)
    await #expect(throws: TemporaryCluster.ScriptFailed.self) {
      for id in 1...500 { try await pair.source.administer(Self.insert(id...id, bytes: 200_000)) }
    }
    #expect(disk.free())
    // It may have had to begin anew.
    #expect(
      await eventually(within: .seconds(30)) {
        (try? await pair.source.administer(Self.insert(1000...1010, bytes: 100))) != nil
      })
    try await pair.meets()
    #expect(pair.link.parked.isEmpty)
    await pair.link.stop()
  }

  /// As where a standby keeps the slots, and had all of the log, or not.
  @Test func aSourceThatFailedOverWithItsSlotsIsFollowedUnlessLogWasLost() async throws {
    let pair = try await Pair(5)
    await pair.link.stop()
    try await pair.failOver(insertingTo: 10)
    let port = PostgresLink(settings: pair.settings)
    // A stream that has not looked at the new primary does not begin.
    let refusal = await #expect(throws: LinkFailure.self) { try await port.stream { _ in } }
    #expect("\(try #require(refusal))".contains("it is looked at again"))
    #expect(try await port.prepare().canStream)
    await port.forget()
    pair.link.start()
    try await pair.meets()
    await pair.link.stop()
    // What the target took for applied is past where the next history began.
    try await pair.failOver(insertingTo: 20)
    let end = try await pair.ask(pair.source, "SELECT pg_current_wal_flush_lsn()::text AS value")
    try await pair.target.administer("UPDATE signalbox.link SET position = '\(end)'")
    let obstacle = try #require(try await port.prepare().obstacles.first)
    #expect(obstacle.contains("the source a has gone back"), "\(obstacle)")
    #expect(obstacle.contains("signalbox sync baseline"), "\(obstacle)")
    try await port.discard(tables: ["public.t"])
    #expect(try await port.prepare().needsBaseline)
    try await port.copyBaseline { _ in }
    #expect(try await port.prepare().canStream)
    #expect(try await pair.ask(pair.target, Self.rows) == "21 205")
    await port.forget()
  }

  /// A standby has no logical slots: once it is the source, what the target lacks cannot be had from its log.
  @Test func aSourceThatFailedOverSaysThatItHasToBeCopiedAnew() async throws {
    let pair = try await Pair(4)
    await pair.link.stop()
    try await pair.source.kill()
    let data = "\(pair.source.directory)/data"
    #expect(ChildProcess.run(["sh", "-c", "rm -r \(data)/pg_replslot/signalbox_*"]).status == 0)
    #expect(ChildProcess.run(["cp", "-p", "\(data)/PG_VERSION", "\(data)/standby.signal"]).status == 0)
    try await pair.source.restart()
    try await pair.source.administer("SELECT pg_promote()")
    try await pair.source.administer(Self.insert(1...10, bytes: 10))
    let port = PostgresLink(settings: pair.settings)
    let found = try await port.prepare()
    let obstacle = try #require(found.obstacles.first)
    #expect(obstacle.contains("signalbox sync baseline"), "\(obstacle)")
    #expect(try await pair.ask(pair.target, Self.rows) == "1 5")
    try await port.discard(tables: ["public.t"])
    #expect(try await port.prepare().needsBaseline)
    try await port.copyBaseline { _ in }
    #expect(try await pair.ask(pair.target, Self.rows) == "11 105")
    await port.forget()
  }
}
