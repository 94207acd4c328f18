import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

/// Tombstones and versions go once both directions have passed them, and not a change is judged otherwise for it.
@Suite struct PruningTests {
  private func kept(_ bench: LinkBench) async throws -> [String] {
    try await bench.atTarget(
      "SELECT (SELECT count(*) FROM signalbox.applied) || ' ' || (SELECT count(*) FROM signalbox.tombstone)")
  }

  /// What stood when the link was made, everybody knows of, and is told so before long.
  @Test func whatStoodBeforeTheLinkIsSoonNoConflict() async throws {
    var bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY, name text)")
    bench.settings.mode = .streamBoth
    bench.settings.clockSkewLimit = .zero
    bench.settings.pruning.margin = .zero
    for insert in [bench.onSource, bench.onTarget] { try await insert("INSERT INTO account VALUES (1, 'first')") }
    let there = try await RunningLink.start(bench.settings)
    let back = try await RunningLink.start(bench.settings.reversed)
    try await bench.waitAtTarget(for: "SELECT FROM signalbox.link WHERE known_at IS NOT NULL")
    try await bench.onSource("UPDATE account SET name = 'second'")
    try await there.drain(bench)
    try await back.drain(bench, atTarget: true)
    #expect(try await bench.atTarget("SELECT name FROM account") == ["second"])
    #expect(try await bench.atTarget("SELECT key FROM signalbox.conflict") == [])
    await there.stop()
    await back.stop()
  }

  @Test func whatBothDirectionsHavePassedIsForgotten() async throws {
    var bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY, name text)")
    bench.settings.mode = .streamBoth
    bench.settings.clockSkewLimit = .zero
    let there = try await RunningLink.start(bench.settings)
    let back = try await RunningLink.start(bench.settings.reversed)
    try await bench.onSource("INSERT INTO account SELECT g, 'first' FROM generate_series(1, 10) g")
    try await there.drain(bench)
    try await bench.onTarget("DELETE FROM account WHERE id = 10; UPDATE account SET name = 'second' WHERE id = 9")
    try await back.drain(bench, atTarget: true)
    await back.stop()
    #expect(try await kept(bench) == ["1 1"])

    let horizon = Mutex(Timestamp?.none)
    bench.settings.pruning.margin = .zero
    let pruning = Pruning(settings: bench.settings) { time in horizon.withLock { $0 = time } }
    #expect(try await pruning.step() == 0)
    // The reverse link has not come so far.
    try await bench.onTarget("UPDATE account SET name = 'third' WHERE id = 8")
    #expect(try await pruning.step() == 0)
    back.start()
    try await back.drain(bench, atTarget: true)
    #expect(try await pruning.step() == 0)
    // Nor this one.
    #expect(try await pruning.step() == 0)
    #expect(horizon.withLock { $0 } == nil)
    try await bench.onSource("UPDATE account SET name = 'fourth' WHERE id = 7")
    try await there.drain(bench)
    #expect(try await pruning.step() == 2)
    #expect(horizon.withLock { $0 } != nil)
    // What is younger than the round stays.
    #expect(try await kept(bench) == ["1 0"])

    // Rows whose versions lost their origin are known to the source all the same, after a new start too.
    await there.stop()
    there.start()
    try await bench.onSource("UPDATE account SET name = 'fifth'; INSERT INTO account VALUES (10, 'anew')")
    try await there.drain(bench)
    try await back.drain(bench, atTarget: true)
    let rows = "SELECT t::text FROM account t ORDER BY id"
    #expect(try await bench.atTarget(rows) == bench.atSource(rows))
    #expect(try await bench.atTarget("SELECT count(*)::text FROM account WHERE name = 'fifth'") == ["9"])
    #expect(
      try await bench.atTarget("SELECT format('%s %s %s %s', kind, key, kept_at, discarded_at) FROM signalbox.conflict")
        == [])
    #expect(
      try await bench.atSource("SELECT format('%s %s %s %s', kind, key, kept_at, discarded_at) FROM signalbox.conflict")
        == [])
    await there.stop()
    await back.stop()
  }

  @Test func discardedVersionsAreThrownAwayWhenTheyAreOld() async throws {
    var bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY)")
    bench.settings.conflictsKept = .seconds(3600)
    await (try Preparation(settings: bench.settings).make()).snapshot?.close()
    try await bench.onTarget(
      """
      INSERT INTO signalbox.conflict (link, table_name, key, kind, detected_at, discarded_at, discarded_node)
      SELECT link, 'public.account', age::text, 'update/update', now() - age * interval '1 minute', now(), 'a'
      FROM unnest('{\(bench.settings.directionName),another}'::text[]) link, generate_series(50, 70, 5) age
      """)
    let link = try await RunningLink.start(bench.settings)
    let left = "SELECT link || ' ' || key FROM signalbox.conflict WHERE link <> 'another' ORDER BY id"
    let name = bench.settings.directionName
    try await bench.waitAtTarget(
      for: "SELECT FROM (SELECT count(*) AS n FROM signalbox.conflict WHERE link = '\(name)') c WHERE n < 5")
    await link.stop()
    #expect(try await bench.atTarget(left) == ["\(name) 50", "\(name) 55"])
    #expect(try await bench.atTarget("SELECT count(*)::text FROM signalbox.conflict WHERE link = 'another'") == ["5"])
  }

  @Test func whatIsYoungerThanTheMarginStays() async throws {
    var bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY)")
    bench.settings.mode = .streamBoth
    let there = try await RunningLink.start(bench.settings)
    let back = try await RunningLink.start(bench.settings.reversed)
    let pruning = Pruning(settings: bench.settings) { _ in }
    for number in 0..<4 {
      try await bench.onSource("INSERT INTO account VALUES (\(number))")
      try await bench.onTarget("INSERT INTO account VALUES (\(number + 100)); DELETE FROM account WHERE id > 100")
      try await there.drain(bench)
      try await back.drain(bench, atTarget: true)
      #expect(try await pruning.step() == 0)
    }
    #expect(try await kept(bench) == ["4 3"])
    await there.stop()
    await back.stop()
  }
}
