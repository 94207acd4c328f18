import Operations
import PostgresAdapter
import Synchronization
import Testing

@testable import PostgresReplication

/// Where the target's application writes as well, what it has written is no error of the link.
@Suite struct RepairBothWaysTests {
  private static let table = "CREATE TABLE account (id int PRIMARY KEY, name text)"

  private func repair(
    _ bench: LinkBench, _ limits: VerifyLimits, _ keys: [(TableDifference.Kind, String)],
    reverse: @escaping @Sendable () async throws -> LSN
  ) async throws -> Int {
    let session = try await bench.connectSource()
    let tables = try await TableCatalog.tables(on: session, in: ["public"])
    await session.close()
    let differences = keys.map { kind, id in
      TableDifference(table: "public.account", key: "id=\(id)", kind: kind, keyValues: [id])
    }
    return try await Repairer(settings: bench.settings, limits: limits).repair(
      differences, tables: tables, appliedPosition: { LSN(.max) }, reverseAppliedPosition: reverse, progress: { _ in })
  }

  @Test func whatTheSourceDoesNotHaveYetStays() async throws {
    let pair = try await LinkPair(Self.table)
    try await pair.bench.onSource("INSERT INTO account SELECT g, 'first' FROM generate_series(1, 4) g")
    try await pair.drain()
    await pair.back.stop()
    try await pair.bench.onTarget(
      "UPDATE account SET name = 'newer' WHERE id = 1; DELETE FROM account WHERE id = 2; INSERT INTO account VALUES (9, 'n')"
    )
    let keys: [(TableDifference.Kind, String)] = [(.unlike, "1"), (.missing, "2"), (.surplus, "9")]
    var limits = VerifyLimits()
    limits.applyWait = .milliseconds(300)
    let recorded = LinkChores(settings: pair.bench.settings.reversed)
    let reverse: @Sendable () async throws -> LSN = { try await recorded.recordedPosition() }
    await #expect(throws: RepairFailure.self) { try await repair(pair.bench, limits, keys, reverse: reverse) }
    let newer = ["(1,newer)", "(3,first)", "(4,first)", "(9,n)"]
    let rows = "SELECT t::text FROM account t ORDER BY id"
    #expect(try await pair.bench.atTarget(rows) == newer)
    // Once the source has it, there is nothing to repair.
    pair.back.start()
    let differences = keys.map { TableDifference(table: "public.account", key: $1, kind: $0, keyValues: [$1]) }
    #expect(try await pair.there.link.repair(differences, progress: { _ in }) == 0)
    try await pair.drain()
    let both = try await pair.both(rows)
    #expect(both.source == newer && both.target == newer)
    await pair.stop()
  }

  @Test func aRowThatMovesAtTheTargetIsLeftAloneAndTheOthersAreWritten() async throws {
    let pair = try await LinkPair(Self.table)
    let bench = pair.bench
    try await bench.onSource("INSERT INTO account SELECT g, 'right' FROM generate_series(1, 2) g")
    try await pair.drain()
    await pair.stop()
    try await bench.onTarget("UPDATE account SET name = 'wrong'")
    let count = Mutex(0)
    let keys: [(TableDifference.Kind, String)] = [(.unlike, "1"), (.unlike, "2")]
    let failure = await #expect(throws: RepairFailure.self) {
      try await repair(bench, VerifyLimits(), keys) {
        let count = count.withLock { count in
          count += 1
          return count
        }
        try await bench.onTarget("UPDATE account SET name = 'own \(count)' WHERE id = 1")
        return LSN(.max)
      }
    }
    #expect("\(try #require(failure))".contains("1 rows of public.account were written at the target each time"))
    let looks = count.withLock { $0 }
    #expect(looks > 1)
    #expect(try await bench.atTarget("SELECT name FROM account ORDER BY id") == ["own \(looks)", "right"])
    // At rest it is repaired.
    #expect(try await repair(bench, VerifyLimits(), keys, reverse: { LSN(.max) }) == 1)
    #expect(try await bench.atTarget("SELECT name FROM account ORDER BY id") == ["right", "right"])
  }
}
