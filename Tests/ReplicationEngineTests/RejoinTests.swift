import Operations
import ReplicationEngine
import Simulation
import Testing

/// What a rejoin asks of links, and of what only an old primary has, in memory.
@Suite(.timeLimit(.minutes(1))) struct RejoinTests {
  private static let aws = CloudID("aws")
  private static let table = "public.account"

  /// A link that is paused as by a failover, with rows that never reached the new primary, and newer ones there.
  private func parted() async throws -> (bench: Bench, port: SimulatedDivergence) {
    let bench = Bench()
    for key in ["1", "2", "3", "4"] { bench.aws.commit([.init(Self.table, key, "common")]) }
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      _ = try await bench.perform(.drain(Bench.id))
      _ = try await bench.perform(.pause(Bench.id))
    }
    bench.aws.commit([.init(Self.table, "5", "made"), .init(Self.table, "1", "changed")])
    bench.aws.commit([.init(Self.table, "2", nil), .init(Self.table, "3", "changed"), .init(Self.table, "6", nil)])
    bench.azure.commit([.init(Self.table, "1", "newer"), .init(Self.table, "3", nil), .init(Self.table, "7", "own")])
    let port = SimulatedDivergence(
      databases: [bench.aws, bench.azure], links: [Bench.id: (bench.aws.node, bench.azure.node)])
    return (bench, port)
  }

  private func lines(_ port: SimulatedDivergence) throws -> [String] {
    try #require(port.exported(Bench.id)).map { "\($0.key) \($0.kind) \($0.old ?? "∅") \($0.new ?? "∅")" }
  }

  @Test func theLogTellsWhatOnlyTheOldPrimaryHas() async throws {
    let (bench, port) = try await parted()
    await #expect(throws: LinkFailure.self) { try await port.merge(Self.aws, link: Bench.id) { _ in } }
    #expect(try await port.export(Self.aws, link: Bench.id) { _ in } == "4 rows in memory")
    #expect(
      try lines(port) == [
        "5 onlyOld made ∅", "1 differs changed newer", "2 deletedOld ∅ common", "3 differs changed ∅",
      ])
    #expect(try await port.merge(Self.aws, link: Bench.id) { _ in } == "1 rows written, 3 left as azure has them")
    let merged = ["1": "newer", "2": "common", "4": "common", "5": "made", "7": "own"]
    #expect(bench.azure.rows(of: Self.table) == merged)
    #expect(try await port.merge(Self.aws, link: Bench.id) { _ in } == "0 rows written, 4 left as azure has them")
    #expect(bench.azure.rows(of: Self.table) == merged)
  }

  @Test func withoutTheSlotNothingIsPutBack() async throws {
    let (bench, port) = try await parted()
    bench.aws.dropSlot("signalbox_aws_azure")
    _ = try await port.export(Self.aws, link: Bench.id) { _ in }
    #expect(
      try lines(port) == ["1 differs changed newer", "3 onlyOld changed ∅", "5 onlyOld made ∅"])
    await #expect(throws: LinkFailure.self) { try await port.merge(Self.aws, link: Bench.id) { _ in } }
    #expect(bench.azure.rows(of: Self.table)["5"] == nil)
    port.fail("cut off")
    await #expect(throws: LinkFailure.unreachable("cut off")) {
      try await port.export(Self.aws, link: Bench.id) { _ in }
    }
  }

  /// The copy follows the reversal at once, when nobody has looked at the way back yet.
  @Test func aLinkThatWasJustTurnedRoundIsCopiedAnew() async throws {
    let (bench, _) = try await parted()
    try await bench.running {
      _ = try await bench.perform(.reverse(Bench.id, source: CloudID("azure")))
      let copies = bench.port(from: "azure").copies
      #expect(try await bench.perform(.baseline(Bench.id, tables: [])) == "2 tables copied anew")
      #expect(bench.port(from: "azure").copies == copies + 2)
      #expect(try await bench.perform(.verify(Bench.id, tables: [])).hasSuffix("are equal"))
      #expect(bench.aws.rows(of: Self.table) == bench.azure.rows(of: Self.table))
      #expect(bench.aws.rows(of: Self.table)["7"] == "own")
    }
  }

  /// A look that began before a copy was asked for must not pass for its end.
  @Test func aLookFromBeforeACopyDoesNotEndIt() async throws {
    let bench = Bench()
    bench.aws.commit([.init(Self.table, "1", "a")])
    try await bench.running {
      _ = try await bench.reach { $0.state == .streaming }
      for _ in 0..<20 {
        bench.azure.commit([.init(Self.table, "x", "stray")], logged: false)
        _ = try await bench.perform(.baseline(Bench.id, tables: []))
        #expect(bench.azure.rows(of: Self.table) == ["1": "a"])
      }
    }
  }
}
