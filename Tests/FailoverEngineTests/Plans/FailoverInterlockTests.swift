import FailoverEngine
import Operations
import Testing

@Suite struct FailoverInterlockTests {
  private let azure = PlanWorld.azure

  private func holding(
    _ request: FailoverRequest, origin: Plan.Origin = .person, _ change: (inout Snapshot) -> Void
  ) throws -> [String] {
    var snapshot = PlanWorld.snapshot()
    change(&snapshot)
    return PlanWorld.holding(try PlanWorld.plan(request, in: snapshot, origin: origin))
  }

  @Test func nothingHoldsWhileAllIsWell() throws {
    #expect(try holding(.switchover(to: azure)) { _ in }.isEmpty)
    #expect(try holding(.failover(to: azure)) { _ in }.isEmpty)
    #expect(try holding(.evacuate(PlanWorld.aws)) { _ in }.isEmpty)
  }

  @Test func aTargetIsFoundWellByEnoughVantagesOnEnoughNetworks() throws {
    for request in [FailoverRequest.switchover(to: azure), .failover(to: azure), .evacuate(PlanWorld.aws)] {
      let one = try holding(request) { snapshot in
        for index in 0..<2 { snapshot.clouds[1].vantages[index].health = .unknown }
      }
      #expect(one == ["target-not-healthy"])
      let sameNetwork = try holding(request) { snapshot in
        for index in 0..<3 { snapshot.clouds[1].vantages[index].network = "n1" }
      }
      #expect(sameNetwork == ["target-not-healthy"])
      let stale = try holding(request) { snapshot in
        snapshot.clouds[1].verdict = World.seen(
          HealthVerdict(health: .healthy, reasons: [], since: World.now), ago: .seconds(6))
      }
      #expect(stale == ["target-not-healthy"])
    }
  }

  /// A cloud that gains nothing may be as ill as it likes.
  @Test func onlyWhatIsMovedToIsJudged() throws {
    let held = try holding(.evacuate(PlanWorld.aws)) { snapshot in
      snapshot.clouds[0].vantages = []
      snapshot.clouds[0].verdict = World.seen(HealthVerdict(health: .down, reasons: [], since: World.now))
    }
    #expect(held.isEmpty)
  }

  @Test func aTargetsDatabaseMustAnswer() throws {
    let held = try holding(.failover(to: azure)) { snapshot in
      snapshot.clouds[1].database = nil
      snapshot.failover?.roles[1] = PlanWorld.view(PlanWorld.azure, .fenced, ago: .seconds(6))
    }
    #expect(held == ["target-not-healthy"])
  }

  @Test func aLossIsMeasuredAndWithinTheLimit() throws {
    let request = FailoverRequest.failover(to: azure)
    #expect(try holding(request) { $0.failover?.loss = nil } == ["loss-not-measured"])
    let loss = LossEstimate(seconds: 0.4, bytes: 1, rows: 1)
    #expect(try holding(request) { $0.failover?.loss = World.seen(loss, ago: .seconds(6)) } == ["loss-not-measured"])
    let great = LossEstimate(seconds: 30.1, bytes: 1, rows: 1)
    #expect(try holding(request) { $0.failover?.loss = World.seen(great) } == ["loss-above-rpo"])
    // A planned move loses nothing, whatever an unplanned one would.
    #expect(try holding(.switchover(to: azure)) { $0.failover?.loss = nil }.isEmpty)
  }

  @Test func anUnknownLossIsNotShownAsNone() throws {
    var snapshot = PlanWorld.snapshot()
    snapshot.failover?.loss = nil
    let prediction = try PlanWorld.plan(.failover(to: azure), in: snapshot).prediction
    #expect(prediction.lossIsUnknown)
    #expect(prediction.rowsLost == nil)
  }

  @Test func thePausedAutomationIsHeldAndAPersonIsNot() throws {
    for change in [{ $0.failover?.isPaused = true }, { $0.automation = .paused }] as [(inout Snapshot) -> Void] {
      #expect(try holding(.failover(to: azure), origin: .automation, change) == ["automation-paused"])
      #expect(try holding(.failover(to: azure), change).isEmpty)
    }
    #expect(try holding(.failover(to: azure), origin: .automation) { _ in }.isEmpty)
  }

  @Test func aPlannedMoveNeedsALinkThatStreams() throws {
    for state in ReplicationLinkSnapshot.State.allCases where state != .streaming {
      let held = try holding(.switchover(to: azure)) { $0.replication = [PlanWorld.replication(state)] }
      #expect(held == ["replication-not-streaming"])
    }
    #expect(try holding(.failover(to: azure)) { $0.replication = [PlanWorld.replication(.blocked)] }.isEmpty)
  }

  @Test func aPlannedMoveGoesToASideThatWasProvenEqual() throws {
    for differences in [nil, 1] {
      let held = try holding(.switchover(to: azure)) {
        $0.replication = [PlanWorld.replication(differences: differences)]
      }
      #expect(held == ["divergence"])
    }
    let old = try holding(.switchover(to: azure)) {
      $0.replication[0].tables[0].lastVerify?.at = World.now - .seconds(90_000)
    }
    #expect(old == ["divergence"])
    let undecided = try holding(.switchover(to: azure)) { $0.replication[0].tables[0].lastVerify?.undecided = 3 }
    #expect(undecided == ["divergence"])
    // A comparison leaves out what was set aside.
    let aside = try holding(.switchover(to: azure)) {
      $0.replication[0].tables.append(ReplicatedTable(name: "public.log", state: .parked, reason: "a row was missing"))
    }
    #expect(aside == ["divergence"])
  }

  @Test func noStageLeavesTheRecordSetEmpty() throws {
    let nobody = Weights([(PlanWorld.aws, 0), (azure, 0)])
    #expect(try holding(.shift(nobody, stages: 1)) { _ in } == ["record-set-empty"])
  }

  @Test func theRightToWriteRestsBetweenTwoMoves() throws {
    func moved(ago: Duration, state: OperationSnapshot.Step.State) -> OperationSnapshot {
      OperationSnapshot(
        id: OperationID("f-0"), title: "Switch over", kind: .failover, state: .done, actor: "kit",
        startedAt: World.now - .seconds(100),
        steps: [
          .init(
            title: "promote aws", mutates: true, state: state, endedAt: World.now - ago, isPointOfNoReturn: true)
        ], request: .failover(.switchover(to: PlanWorld.aws)))
    }
    let request = FailoverRequest.failover(to: azure)
    #expect(try holding(request) { $0.operations = [moved(ago: .seconds(29), state: .done)] } == ["too-soon"])
    #expect(try holding(request) { $0.operations = [moved(ago: .seconds(30), state: .done)] }.isEmpty)
    // An attempt that came to nothing does not count, nor do weights.
    #expect(try holding(request) { $0.operations = [moved(ago: .seconds(1), state: .failed)] }.isEmpty)
    #expect(try holding(request) { $0.recordSet.lastChangedAt = World.now }.isEmpty)
    #expect(try holding(.evacuate(PlanWorld.aws)) { $0.recordSet.lastChangedAt = World.now } == ["too-soon"])
  }

  @Test func whatNobodyMayOverride() throws {
    let names = PlanWorld.settings().interlocks.filter { $0.overridability == .never }.map(\.name.rawValue)
    #expect(
      names == [
        "journal-unwritable", "lease-not-held", "operation-running", "generation-moved", "automation-paused",
        "record-set-empty", "replication-not-streaming",
      ])
    let held = try holding(.failover(to: azure)) { snapshot in
      snapshot.journalFault = "the disk is full"
      snapshot.lease = LeaseSnapshot(holder: "ana@ops2", heldHere: false)
      snapshot.operations = [
        OperationSnapshot(
          id: OperationID("r-1"), title: "Copy", kind: .replication, state: .running, actor: "ana",
          startedAt: World.now, steps: [.init(title: "copy", mutates: true, state: .running)],
          link: LinkID("aws-azure"))
      ]
    }
    #expect(held == ["journal-unwritable", "lease-not-held", "operation-running"])
    var moved = PlanWorld.snapshot()
    let plan = try PlanWorld.plan(.failover(to: azure), in: moved)
    moved.generation = Generation(8)
    let verdicts = PlanWorld.settings().interlocks.map { $0.verdict(on: plan, in: moved) }
    #expect(verdicts.filter(\.isBlocked).map(\.name.rawValue) == ["generation-moved"])
  }
}
