import Operations
import PostgresAdapter
import Testing

@testable import PostgresReplication

/// A log that has grown large, on a real server.
@Suite struct ConflictLogTests {
  private func bench() async throws -> LinkBench {
    let bench = try await LinkBench("CREATE TABLE account (id int PRIMARY KEY)")
    await (try Preparation(settings: bench.settings).make()).snapshot?.close()
    return bench
  }

  /// - Parameter row: SQL of the discarded version's value; the kept one's is a character longer.
  private func log(_ count: Int, of table: String, value: String, on bench: LinkBench) async throws {
    try await bench.onTarget(
      """
      INSERT INTO signalbox.conflict (link, table_name, key, kind, kept_at, kept_node, kept_row, discarded_at,
        discarded_node, discarded_row)
      SELECT '\(bench.settings.directionName)', '\(table)', 'id=' || n, 'update/update', now(), 'a',
        jsonb_build_object('id', n, 'body', \(value) || 'x'), now(), 'b', jsonb_build_object('id', n, 'body', \(value))
      FROM generate_series(1, \(count)) n
      """)
  }

  @Test func aListOfLargeRowsStaysSmallAndTellsThemApart() async throws {
    let bench = try await bench()
    try await log(5, of: "public.a", value: "'small'", on: bench)
    try await log(300, of: "public.account", value: "repeat('ö', 200000)", on: bench)
    let link = PostgresLink(settings: bench.settings)
    let found = try await link.conflicts(newest: 500)
    #expect((100..<300).contains(found.count))
    #expect(found.map(\.id) == found.map(\.id).sorted(by: >))
    let body = try #require(found.first?.columns.first { $0.name == "body" })
    #expect(body.discarded?.contains("… (200000 characters, md5 ") == true && body.kept != body.discarded)
    #expect(found.reduce(0) { $0 + $1.columns.reduce(0) { $0 + ($1.kept?.utf8.count ?? 0) } } < 4 << 20)
    #expect(try await link.conflicts(newest: 7).count == 7)
  }

  @Test func manyAreCountedUpToALimitAndByAnIndex() async throws {
    let bench = try await bench()
    try await log(3, of: "public.few", value: "'v'", on: bench)
    try await log(ReplicationConflict.countLimit + 5, of: "public.many", value: "'v'", on: bench)
    let counts = {
      try await LinkChores(settings: bench.settings).ask(bench.settings.target) {
        try await ConflictLog(settings: bench.settings).counts(on: $0)
      }
    }
    #expect(try await counts() == ["public.few": 3, "public.many": ReplicationConflict.countLimit])
    let plan = try await bench.atTarget(
      "SELECT indexdef FROM pg_indexes WHERE schemaname = 'signalbox' AND tablename = 'conflict' "
        + "AND indexdef LIKE '%(link, table_name)'")
    #expect(plan.count == 1)
    // A role that owns nothing there may have no index made.
    try await bench.onTarget("DROP INDEX signalbox.\(Bookkeeping.conflictIndex)")
    #expect(try await counts().values.reduce(0, +) == ReplicationConflict.countLimit)
  }
}
