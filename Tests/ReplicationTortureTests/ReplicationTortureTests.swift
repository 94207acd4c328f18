import Glibc
@testable import PostgresReplication
import TestSupport
import Testing

/// Random schemas, transactions and faults; at rest both sides are equal. A failing seed prints itself and what
/// happened. `SIGNALBOX_TORTURE_SEEDS` and `SIGNALBOX_TORTURE_FIRST` choose others.
@Suite(.serialized) struct ReplicationTortureTests {
  private static let seeds: ClosedRange<UInt64> = {
    let first = getenv("SIGNALBOX_TORTURE_FIRST").flatMap { UInt64(String(cString: $0)) } ?? 1
    let count = getenv("SIGNALBOX_TORTURE_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 3
    return first...(first + max(1, count) - 1)
  }()

  /// The harness itself: it finds nothing where PostgreSQL's own replication runs.
  @Test(.timeLimit(.minutes(4))) func harnessIsClean() async throws {
    let servers = try await Servers.start(network: 1)
    let (one, other) = try await servers.sides(seed: 1)
    var run = TortureRun(seed: 1, one: one, other: other, keyless: false)
    let peer = NativeLink(source: one, target: other)
    run.peer = peer
    try await run.run()
    #expect(run.findings.isEmpty, Comment(rawValue: run.report))
    try await peer.tearDown()
    try await servers.remove(seed: 1)
  }

  @Test(.timeLimit(.minutes(60))) func sidesAreEqualAtRest() async throws {
    try await oneWay(network: 2, takesSnapshots: false)
  }

  /// Every other seed has its host in a process that is killed in the middle of passes.
  @Test(.timeLimit(.minutes(60))) func snapshotsAreEqualAtRest() async throws {
    try await oneWay(network: 5, takesSnapshots: true)
  }

  private func oneWay(network: Int, takesSnapshots: Bool) async throws {
    let servers = try await Servers.start(network: network)
    for seed in Self.seeds {
      let (one, other) = try await servers.sides(seed: seed)
      var run = TortureRun(seed: seed, one: one, other: other)
      run.takesSnapshots = takesSnapshots
      try await run.run()
      #expect(run.findings.isEmpty, Comment(rawValue: run.report))
      if getenv("SIGNALBOX_TORTURE_VERBOSE") != nil { print(run.report) }
      try await servers.remove(seed: seed)
    }
  }

  @Test(.timeLimit(.minutes(60))) func latestCommitWinsOnBothSides() async throws {
    let servers = try await Servers.start(network: 4)
    for seed in Self.seeds {
      let (one, other) = try await servers.sides(seed: seed)
      let run = BothWaysRun(seed: seed, sides: [one, other])
      try await run.run()
      #expect(run.findings.isEmpty, Comment(rawValue: run.report))
      if getenv("SIGNALBOX_TORTURE_VERBOSE") != nil { print(run.report) }
      try await servers.remove(seed: seed)
    }
  }

  private static let attempts: UInt64 = 12

  /// Mistakes of a link are noticed within a few seeds: what is not noticed is not tested.
  @Test(
    .timeLimit(.minutes(10)), arguments: [ApplyTraps.acknowledgesEarly, .storesProgressApart, .writesUnchangedAsNull])
  func mistakesOneWayAreNoticed(trap: ApplyTraps) async throws {
    let servers = try await Servers.start(network: 10 + trap.rawValue)
    for seed in 1...Self.attempts {
      let (one, other) = try await servers.sides(seed: seed)
      var run = TortureRun(seed: seed, one: one, other: other)
      run.traps = trap
      run.isCalm = trap == .writesUnchangedAsNull
      run.drainLimit = .seconds(15)
      try await run.run()
      try await servers.remove(seed: seed)
      if getenv("SIGNALBOX_TORTURE_VERBOSE") != nil { print(run.report) }
      if !run.findings.isEmpty { return }
    }
    Issue.record("nothing was noticed in \(Self.attempts) seeds")
  }

  /// Takes many minutes, so it runs where seeds are asked for.
  @Test(
    .enabled(if: getenv("SIGNALBOX_TORTURE_SEEDS") != nil), .timeLimit(.minutes(10)),
    arguments: [ApplyTraps.mergesTransactions, .forgetsTombstones, .echoes])
  func mistakesBothWaysAreNoticed(trap: ApplyTraps) async throws {
    let servers = try await Servers.start(network: 60 + trap.rawValue)
    for seed in 1...Self.attempts {
      let (one, other) = try await servers.sides(seed: seed)
      var run = BothWaysRun(seed: seed, sides: [one, other])
      run.traps = trap
      try await run.run()
      try await servers.remove(seed: seed)
      if !run.findings.isEmpty { return }
    }
    Issue.record("nothing was noticed in \(Self.attempts) seeds")
  }

  /// A link whose source goes away says so, and is in step again soon after the source is back.
  @Test(.timeLimit(.minutes(2))) func cutIsNoticed() async throws {
    let servers = try await Servers.start(network: 3)
    let (one, other) = try await servers.sides(seed: 1)
    let run = TortureRun(seed: 1, one: one, other: other)
    let driver = try await run.begin()
    #expect(await run.passesMark(1, limit: .seconds(20)))
    one.proxy.set(.cut)
    #expect(await eventually(within: .seconds(5)) { await driver.lastFailure != nil }, "\(run.timeline.text)")
    one.proxy.set(.fair)
    #expect(await run.passesMark(2, limit: .seconds(10)), "\(run.timeline.text)")
    await driver.stop()
    try await servers.remove(seed: 1)
  }
}
