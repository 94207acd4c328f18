import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// A copy is made while both sides send what they write: it is not written, it is brought.
@Suite struct BothWaysBaselineTests {
  @Test func aCopyIsNotSentBack() async throws {
    var bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY, name text, n int DEFAULT 0)")
    bench.settings.mode = .streamBoth
    try await bench.onSource(
      "SET ROLE app; INSERT INTO account SELECT g, repeat('s', 200) FROM generate_series(1, 5000) g")
    let back = try await RunningLink.start(bench.settings.reversed)
    let snapshot = try await Preparation(settings: bench.settings).make().snapshot
    // Committed behind the snapshot and before the copy: it comes with the stream, to rows that look younger.
    try await bench.onSource("SET ROLE app; UPDATE account SET n = 1 WHERE id <= 10; DELETE FROM account WHERE id = 11")
    let writers = "SELECT DISTINCT xmin::text FROM account ORDER BY 1"
    let before = try await bench.atSource(writers)
    try await Baseline(settings: bench.settings, pagesPerRange: 32).copy(from: snapshot) { _ in }
    let there = RunningLink(bench.settings)
    there.start()
    try await there.drain(bench)
    try await back.drain(bench, atTarget: true)
    let rows = "SELECT t::text FROM account t ORDER BY id"
    #expect(try await bench.atTarget(rows) == bench.atSource(rows))
    #expect(try await bench.atTarget("SELECT count(*)::text FROM account") == ["4999"])
    // Nothing was written at the source, and nobody disagreed.
    #expect(try await bench.atSource(writers) == before)
    for found in [
      try await bench.atSource("SELECT count(*)::text FROM signalbox.applied"),
      try await bench.atSource("SELECT count(*)::text FROM signalbox.conflict"),
      try await bench.atTarget("SELECT count(*)::text FROM signalbox.conflict"),
    ] { #expect(found == ["0"]) }
    let marks = try await bench.atTarget("SELECT DISTINCT node FROM signalbox.applied WHERE committed_at = '-infinity'")
    #expect(marks == [bench.settings.sourceNode.rawValue])
    // What is written at the target afterwards does go back.
    try await bench.onTarget("UPDATE account SET n = 2 WHERE id = 20")
    try await back.drain(bench, atTarget: true)
    #expect(try await bench.atSource("SELECT n::text AS n FROM account WHERE id = 20") == ["2"])
    await there.stop()
    await back.stop()
  }

  @Test func aRepairIsNotSentBack() async throws {
    var bench = try await LinkBench(
      "CREATE TABLE account (id int PRIMARY KEY, name text)")
    bench.settings.mode = .streamBoth
    let there = try await RunningLink.start(bench.settings)
    let back = try await RunningLink.start(bench.settings.reversed)
    try await bench.onSource("INSERT INTO account SELECT g, 'right' FROM generate_series(1, 20) g")
    try await there.drain(bench)
    try await back.drain(bench, atTarget: true)
    // Written by nobody's leave: as if a link had written it, so that it stays unseen.
    try await bench.onTarget(
      """
      BEGIN; INSERT INTO signalbox.applied VALUES (pg_current_xact_id()::xid::text::bigint, now(), 'nobody');
      SET LOCAL session_replication_role = replica; UPDATE account SET name = 'wrong' WHERE id <= 3;
      DELETE FROM account WHERE id = 4; INSERT INTO account VALUES (99, 'surplus'); COMMIT
      """)
    let writers = "SELECT DISTINCT xmin::text FROM account ORDER BY 1"
    let before = try await bench.atSource(writers)
    let found = try await there.link.verify(tables: ["public.account"]) { _ in }
    let differences = try #require(found["public.account"]?.differences)
    #expect(differences.count == 5)
    #expect(try await there.link.repair(differences) { _ in } == 5)
    try await back.drain(bench, atTarget: true)
    let rows = "SELECT t::text FROM account t ORDER BY id"
    #expect(try await bench.atTarget(rows) == bench.atSource(rows))
    #expect(try await bench.atSource(writers) == before)
    let marks = try await bench.atTarget(
      "SELECT count(*)::text FROM signalbox.applied WHERE committed_at = '-infinity'")
    #expect(marks != ["0"])
    await there.stop()
    await back.stop()
  }

  @Test func aCopyWaitsForWhatTheOtherSideHasWritten() async throws {
    let (bench, there, back) = try await stoppedInStep()
    try await bench.onTarget("INSERT INTO account VALUES (2, 'target'); DELETE FROM account WHERE id = 1")
    try await there.link.discard(tables: ["public.account"])
    let failure = await #expect(throws: LinkFailure.self) {
      try await Baseline(settings: bench.settings, wayBackPatience: .milliseconds(300)).copy(from: nil) { _ in }
    }
    #expect(failure?.description.contains("does not have yet what was written") == true)
    #expect(try await bench.atTarget("SELECT id::text FROM account") == ["2"])
    back.start()
    try await Baseline(settings: bench.settings).copy(from: nil) { _ in }
    there.start()
    try await there.drain(bench)
    let rows = "SELECT t::text FROM account t ORDER BY id"
    #expect(try await bench.atTarget(rows) == ["(2,target)"])
    #expect(try await bench.atSource(rows) == ["(2,target)"])
    await there.stop()
    await back.stop()
  }

  /// Nothing will come by it any more, and each direction would wait for the other.
  @Test func aCopyDoesNotWaitForAWayBackThatIsLost() async throws {
    let (bench, there, _) = try await stoppedInStep()
    try await bench.waitAtTarget(
      for: "SELECT FROM pg_replication_slots WHERE database = current_database() AND NOT active")
    try await bench.onTarget("SELECT pg_drop_replication_slot('\(bench.settings.reversed.slotName)')")
    try await there.link.discard(tables: ["public.account"])
    try await Baseline(settings: bench.settings, wayBackPatience: .milliseconds(300)).copy(from: nil) { _ in }
    #expect(try await bench.atTarget("SELECT t::text FROM account t") == ["(1,source)"])
  }

  @Test func aTableThatTheWayBackLeavesOutIsNotThrownAway() async throws {
    let (bench, there, back) = try await stoppedInStep()
    try await bench.onSource("UPDATE signalbox.link_table SET state = 'parked', reason = 'for a test'")
    try await bench.onTarget("UPDATE account SET name = 'target'")
    try await there.link.discard(tables: ["public.account"])
    let copy = { try await Baseline(settings: bench.settings).copy(from: nil) { _ in } }
    let failure = await #expect(throws: LinkFailure.self) { try await copy() }
    #expect(failure?.description.contains("does not go to") == true)
    #expect(failure?.description.contains("TRUNCATE") == true)
    #expect(try await bench.atTarget("SELECT name FROM account") == ["target"])
    try await bench.onTarget("TRUNCATE account")
    back.start()
    // It passes the table, until it is told to look again.
    try await back.drain(bench, atTarget: true)
    try await copy()
    #expect(try await bench.atTarget("SELECT name FROM account") == ["source"])
    // It is brought both ways again.
    try await bench.onTarget("UPDATE account SET name = 'target'; INSERT INTO account VALUES (2, 'target')")
    try await back.drain(bench, atTarget: true)
    #expect(try await bench.atSource("SELECT name FROM account") == ["target", "target"])
    await back.stop()
  }

  /// Both directions at rest, with one row on either side.
  private func stoppedInStep() async throws -> (LinkBench, there: RunningLink, back: RunningLink) {
    var bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY, name text)")
    bench.settings.mode = .streamBoth
    let there = try await RunningLink.start(bench.settings)
    let back = try await RunningLink.start(bench.settings.reversed)
    try await bench.onSource("INSERT INTO account VALUES (1, 'source')")
    try await there.drain(bench)
    await there.stop()
    await back.stop()
    return (bench, there, back)
  }
}
