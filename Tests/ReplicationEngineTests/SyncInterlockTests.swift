import Operations
import ReplicationEngine
import Testing

@Suite struct SyncInterlockTests {
  private let id = SyncWorld.id

  private func expect(_ request: SyncRequest, in snapshot: Snapshot, holds names: [String]) throws {
    let plan = try SyncWorld.plan(request, in: snapshot)
    #expect(SyncWorld.blocking(plan) == names, "\(plan.title)")
    for verdict in plan.blocking { #expect(verdict.hold?.remedy.isEmpty == false) }
  }

  private var verified: Snapshot { SyncWorld.snapshot { SyncWorld.verified(&$0, missing: 1) } }

  @Test func wellAllIsClear() throws {
    for request: SyncRequest in [
      .pause(id), .baseline(id, tables: []), .verify(id, tables: []), .repair(id, tables: []), .now(id),
    ] { try expect(request, in: verified, holds: []) }
    try expect(.resume(id), in: SyncWorld.snapshot { $0.state = .paused }, holds: [])
  }

  @Test func rowsThatTheApplicationWritesAreNeverOverwritten() throws {
    var snapshot = verified
    snapshot.clouds[1] = SyncWorld.cloud(SyncWorld.azure, writable: true)
    snapshot.primary = SyncWorld.azure
    for request: SyncRequest in [.baseline(id, tables: []), .repair(id, tables: [])] {
      try expect(request, in: snapshot, holds: ["target-takes-writes", "source-not-primary"])
      let plan = try SyncWorld.plan(request, in: snapshot)
      #expect(Refusal.judging(plan.interlocks, overriding: plan.blocking.map(\.name))?.holding.count == 1)
    }
    // The primary would be the target of a reversed link.
    try expect(.reverse(id), in: verified, holds: ["target-takes-writes", "tables-set-aside"])
    var fenced = verified
    fenced.clouds = [SyncWorld.cloud(SyncWorld.aws), SyncWorld.cloud(SyncWorld.azure, writable: true)]
    fenced.primary = SyncWorld.azure
    // What it has written before would not come along.
    try expect(.reverse(id), in: fenced, holds: ["tables-set-aside", "target-written"])
    let plan = try SyncWorld.plan(.reverse(id), in: fenced)
    #expect(Refusal.judging(plan.interlocks, overriding: plan.blocking.map(\.name)) == nil)
  }

  @Test func aSnapshotThatKeepsLaterRowsRunsWhereTheTargetIsWritten() throws {
    var snapshot = SyncWorld.snapshot {
      SyncWorld.verified(&$0, missing: 1)
      $0.mode = .snapshot
      $0.state = .paused
    }
    snapshot.clouds[1] = SyncWorld.cloud(SyncWorld.azure, writable: true)
    try expect(.resume(id), in: snapshot, holds: ["target-takes-writes"])
    let keeping = SyncSettings(keepingLater: [id])
    #expect(try SyncWorld.plan(.resume(id), in: snapshot, settings: keeping).blocking.isEmpty)
    snapshot.replication[0].state = .streaming
    let repair = try SyncWorld.plan(.repair(id, tables: []), in: snapshot, settings: keeping)
    #expect(SyncWorld.blocking(repair) == ["target-takes-writes"])
  }

  @Test func whatIsNotKnownHolds() throws {
    var snapshot = verified
    snapshot.clouds[1].database = nil
    try expect(.repair(id, tables: []), in: snapshot, holds: ["target-takes-writes"])
    snapshot = SyncWorld.snapshot { $0.lag = SyncWorld.seen($0.lag!.value, ago: .seconds(30)) }
    snapshot.clouds = [SyncWorld.cloud(SyncWorld.aws), SyncWorld.cloud(SyncWorld.azure)]
    try expect(.reverse(id), in: snapshot, holds: ["link-behind", "tables-set-aside"])
  }

  @Test func aLinkThatIsBehindIsNotReversedUnlessOverridden() throws {
    var snapshot = SyncWorld.snapshot { link in
      link.lag = SyncWorld.seen(.init(receivedBytes: 1, appliedBytes: 1, receivedSeconds: 0, appliedSeconds: 11))
    }
    snapshot.clouds = [SyncWorld.cloud(SyncWorld.aws), SyncWorld.cloud(SyncWorld.azure)]
    try expect(.reverse(id), in: snapshot, holds: ["link-behind", "tables-set-aside"])
    let plan = try SyncWorld.plan(.reverse(id), in: snapshot)
    #expect(Refusal.judging(plan.interlocks, overriding: plan.blocking.map(\.name)) == nil)
  }

  @Test func aLinkIsNotTurnedWithoutWhatWasSetAsideUnlessOverridden() throws {
    var snapshot = SyncWorld.snapshot { $0.tables[1].state = .parked }
    snapshot.clouds = [SyncWorld.cloud(SyncWorld.aws), SyncWorld.cloud(SyncWorld.azure)]
    try expect(.reverse(id), in: snapshot, holds: ["tables-set-aside"])
    let plan = try SyncWorld.plan(.reverse(id), in: snapshot)
    #expect(plan.blocking.first?.hold?.remedy.contains("signalbox sync baseline public.entry --link aws-azure") == true)
    #expect(Refusal.judging(plan.interlocks, overriding: [InterlockName("tables-set-aside")]) == nil)
    // What was never taken in is no better there.
    let reason = try #require(plan.blocking.first?.hold?.reason)
    #expect(reason.contains("has an old copy of") && reason.contains("has nothing of public.log"))
    var whole = SyncWorld.snapshot { $0.tables.removeAll { $0.state == .refused } }
    whole.clouds = snapshot.clouds
    try expect(.reverse(id), in: whole, holds: [])
    try expect(.now(id), in: snapshot, holds: [])
  }

  @Test(arguments: [ReplicationLinkSnapshot.State.paused, .preparing, .retrying])
  func whatWaitsForTheLinkNeedsOneThatMoves(state: ReplicationLinkSnapshot.State) throws {
    let snapshot = SyncWorld.snapshot {
      SyncWorld.verified(&$0, missing: 1)
      $0.state = state
    }
    for request: SyncRequest in [.now(id), .verify(id, tables: []), .repair(id, tables: [])] {
      try expect(request, in: snapshot, holds: ["link-not-running"])
    }
    let blocked = SyncWorld.snapshot { $0.state = .blocked }
    try expect(.verify(id, tables: []), in: blocked, holds: [])
    try expect(.baseline(id, tables: []), in: blocked, holds: [])
    try expect(.now(id), in: blocked, holds: ["link-not-running"])
  }

  @Test func clocksApartHoldWhatIsDecidedByTime() throws {
    func both(_ skew: Double?) -> Snapshot {
      SyncWorld.snapshot {
        $0.mode = .streamBoth
        $0.state = .paused
        $0.clockSkewSeconds = skew
      }
    }
    try expect(.resume(id), in: both(0.2), holds: [])
    try expect(.resume(id), in: both(-0.6), holds: ["clock-skew"])
    try expect(.resume(id), in: both(nil), holds: ["clock-skew"])
    try expect(.pause(id), in: SyncWorld.snapshot { $0.clockSkewSeconds = 9 }, holds: [])
    let generous = SyncSettings(clockSkewLimits: [id: .seconds(1)])
    #expect(try SyncWorld.plan(.resume(id), in: both(-0.6), settings: generous).blocking.isEmpty)
  }

  @Test func aRepairNeedsAFreshComparison() throws {
    try expect(.repair(id, tables: []), in: SyncWorld.snapshot(), holds: ["verify-first"])
    let old = SyncWorld.snapshot { SyncWorld.verified(&$0, missing: 1, ago: .seconds(605)) }
    try expect(.repair(id, tables: []), in: old, holds: ["verify-first"])
    let remedy = try SyncWorld.plan(.repair(id, tables: []), in: old).blocking.first?.hold?.remedy
    #expect(remedy == "compare first: signalbox sync verify public.account --link aws-azure")
    let never = try SyncWorld.plan(.repair(id, tables: []), in: SyncWorld.snapshot()).blocking.first?.hold?.remedy
    #expect(
      never == "compare first: signalbox sync verify --link aws-azure, while signalbox run or a console is open: "
        + "what a command without them finds ends with it; overridden, the repair compares first itself")
    // An equal table that was compared long before the one that differs; and one whose comparison took long.
    let mixed = SyncWorld.snapshot {
      SyncWorld.verified(&$0, missing: 1)
      $0.tables[1].lastVerify?.at = SyncWorld.now - .seconds(7200)
    }
    try expect(.repair(id, tables: []), in: mixed, holds: [])
    let long = SyncWorld.snapshot {
      SyncWorld.verified(&$0, missing: 1, ago: .seconds(7200))
      $0.tables[0].lastVerify?.seconds = 7000
    }
    try expect(.repair(id, tables: []), in: long, holds: [])
    let partial = SyncWorld.snapshot {
      SyncWorld.verified(&$0, missing: 1)
      $0.tables[1].lastVerify = nil
    }
    try expect(.repair(id, tables: ["public.account"]), in: partial, holds: [])
    try expect(.repair(id, tables: []), in: partial, holds: ["verify-first"])
  }

  @Test func rulesThatAllLeversShareHoldHereToo() throws {
    var snapshot = verified
    snapshot.lease = LeaseSnapshot(holder: "ana@ops2", heldHere: false)
    snapshot.journalFault = "the disk is full"
    try expect(.pause(id), in: snapshot, holds: ["journal-unwritable", "lease-not-held"])
  }

  @Test func onlyTheSameLinksOperationIsARival() throws {
    func running(_ kind: Plan.Kind, link: LinkID?, mutates: Bool = true) -> Snapshot {
      var snapshot = verified
      snapshot.operations = [
        OperationSnapshot(
          id: OperationID("x"), title: "Copy", kind: kind, state: .running, actor: "kit@ops1", startedAt: SyncWorld.now,
          steps: [.init(title: "copy", mutates: mutates, state: .running)], link: link)
      ]
      return snapshot
    }
    try expect(.pause(id), in: running(.replication, link: id), holds: ["operation-running"])
    try expect(.pause(id), in: running(.replication, link: id, mutates: false), holds: [])
    try expect(.pause(id), in: running(.replication, link: LinkID("other")), holds: [])
    try expect(.pause(id), in: running(.weights, link: nil), holds: [])
  }
}
