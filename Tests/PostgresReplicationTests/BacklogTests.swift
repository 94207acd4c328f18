import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

@testable import PostgresReplication

/// What was written while nobody received: it comes as rows, in portions, and nothing of it twice or never.
@Suite struct BacklogTests {
  private static let schema = "CREATE TABLE item (id int PRIMARY KEY, body text, n int NOT NULL DEFAULT 0)"

  /// The server's log is that of all tests together.
  private static let limits = [BacklogLimits(), BacklogLimits(least: 4096, messages: 500, portion: 1024 * 1024)]

  private func expectEqual(_ bench: LinkBench) async throws {
    let sql = "SELECT count(*)::text || ' ' || sum(n) || ' ' || md5(string_agg(t::text, ',' ORDER BY id)) FROM item t"
    #expect(try await bench.atSource(sql) == bench.atTarget(sql))
  }

  /// Transactions of all sizes, and log that is nobody's business.
  private func write(_ bench: LinkBench) async throws {
    try await bench.onSource("CREATE TABLE IF NOT EXISTS other (t text)")
    try await bench.onSource(
      """
      DO $$ BEGIN
        FOR i IN 1..300 LOOP
          INSERT INTO item VALUES (i, repeat(md5(i::text), 10)) ON CONFLICT (id) DO UPDATE SET n = item.n + 1;
          COMMIT;
          UPDATE item SET n = n + 1 WHERE id <= i AND id % 7 = 0;
          COMMIT;
          IF i % 50 = 0 THEN
            INSERT INTO other SELECT repeat('x', 1000) FROM generate_series(1, 400);
            COMMIT;
          END IF;
        END LOOP;
        INSERT INTO item SELECT g, repeat(md5(g::text), 10) FROM generate_series(1001, 21000) g
          ON CONFLICT DO NOTHING;
        COMMIT;
        DELETE FROM item WHERE id % 3 = 0;
      END $$
      """)
  }

  /// Everything has come as rows when the stream is opened: it is not even listened to.
  @Test(arguments: limits)
  func itComesBeforeTheStream(limits: BacklogLimits) async throws {
    var bench = try await LinkBench(Self.schema)
    bench.settings.backlog = limits
    let running = try await RunningLink.start(bench.settings)
    try await running.drain(bench)
    await running.stop()
    try await write(bench)
    let target = try await bench.connectTarget()
    let book = try #require(try await LinkBook.read(bench.settings.directionName, on: target))
    await target.close()
    let assembler = BatchAssembler(applied: book.position, ready: ["public.item": .zero])
    let desk = StreamDesk(assembler: assembler, position: book.position, committedAt: nil)
    let feed = ChangeFeed(settings: bench.settings, slot: book.slot, from: book.position)
    let counting = Task {
      var count = (changes: 0, transactions: 0)
      while let work = await desk.next() {
        switch work {
        case .apply(let batch):
          count.changes += batch.changes.count
          count.transactions += batch.transactions
          await desk.applied(batch)
        case .store(let passed): await desk.stored(passed.position)
        }
      }
      return count
    }
    try await feed.open(desk)
    await desk.rest()
    await desk.close()
    let count = await counting.value
    // The updates of every seventh row grow with the rows that are there.
    let updates = (1...300).reduce(0) { $0 + $1 / 7 }
    #expect(count.changes == 300 + updates + 20_000 + 6_767 && count.transactions > 590, "\(count)")
    await feed.close()
  }

  @Test(arguments: limits)
  func aLinkCatchesUpWithIt(limits: BacklogLimits) async throws {
    var bench = try await LinkBench(Self.schema)
    bench.settings.backlog = limits
    let running = try await RunningLink.start(bench.settings)
    try await running.drain(bench)
    for _ in 0..<2 {
      await running.stop()
      try await write(bench)
      running.start()
      // Traffic goes on meanwhile.
      for n in 0..<20 { try await bench.onSource("UPDATE item SET n = n + 1 WHERE id = \(n * 3 + 1)") }
      try await running.drain(bench)
      try await expectEqual(bench)
      let confirmed = try await bench.atSource(
        "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = '\(bench.settings.slotName)'")
      let target = try await bench.connectTarget()
      let book = try #require(try await LinkBook.read(bench.settings.directionName, on: target))
      await target.close()
      #expect(try #require(LSN(confirmed[0])) <= book.position)
    }
    #expect(try await bench.atTarget("SELECT kind FROM signalbox.conflict").isEmpty)
    #expect(running.failures.isEmpty, "\(running.failures)")
    await running.stop()
  }

  /// Where the source does not let it be asked for, it is streamed.
  @Test(arguments: [
    "pg_copy_logical_replication_slot(name, name, bool)",
    "pg_logical_slot_get_binary_changes(name, pg_lsn, int, text[])",
  ])
  func aRefusalIsNoHindrance(function: String) async throws {
    let bench = try await LinkBench(Self.schema)
    let running = try await RunningLink.start(bench.settings)
    try await running.drain(bench)
    await running.stop()
    try await bench.onSource("REVOKE EXECUTE ON FUNCTION \(function) FROM PUBLIC")
    try await write(bench)
    running.start()
    try await running.drain(bench)
    try await expectEqual(bench)
    #expect(running.failures.isEmpty, "\(running.failures)")
    await running.stop()
  }

  @Test func theSourcesMemoryForItIsAsSet() async throws {
    var bench = try await LinkBench(Self.schema)
    bench.settings.decodingMegabytes = 77
    let session = try await PostgresConnection.connect(
      bench.settings.decodingSession(purpose: "test"), timeout: .seconds(10))
    #expect(try await LinkBench.column("SHOW logical_decoding_work_mem", on: session) == ["77MB"])
    await session.close()
  }
}
