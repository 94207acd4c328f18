import FailoverEngine
import Operations
import Testing

/// Each plan in words: what is done, in which order, and what takes it back.
@Suite struct PlanWordsTests {
  @Test func switchover() throws {
    let plan = try PlanWorld.plan(.switchover(to: PlanWorld.azure))
    #expect(plan.title == "Switch over: aws → azure")
    #expect(
      PlanWorld.words(plan) == [
        "fence aws: fence aws | back: promote aws",
        "drain aws-azure: drain aws-azure",
        "advance sequences: set sequences past the source's on aws-azure",
        "reverse aws-azure: reverse aws-azure | back: reverse aws-azure",
        "promote azure: promote azure | no return",
        "verify azure: verify that azure takes writes",
        "write weights: write 60/40 → 40/60 @8",
        "verify answers: answers 40/60",
        "watch traffic: shares 40/60",
      ])
    #expect(plan.blocking.isEmpty)
    #expect(plan.prediction.losesNothing)
    #expect(plan.prediction.shares.map(\.share) == [0.4, 0.6])
  }

  /// A database that hangs was seen a moment ago still: to ask it for anything would be to wait for it.
  @Test func whatTheApplicationCallsDownIsNotAskedForAnything() throws {
    func words(of vantages: Int, ago: Duration) throws -> [String] {
      var snapshot = PlanWorld.snapshot()
      snapshot.clouds[0].database = World.seen(PlanWorld.database(.primary), ago: .seconds(3))
      snapshot.failover?.roles[0] = PlanWorld.view(PlanWorld.aws, .primary, lease: .seconds(6), ago: .seconds(3))
      for index in 0..<vantages {
        snapshot.clouds[0].vantages[index].database = World.seen(
          DatabaseWord(health: .down, isWritable: nil, detail: "no answer"), ago: ago)
      }
      return PlanWorld.words(try PlanWorld.plan(.failover(to: PlanWorld.azure), in: snapshot))
    }
    let asked = try words(of: 0, ago: .zero)
    #expect(asked.first?.contains("fence aws, or await") == true && asked.contains { $0.hasPrefix("catch up") })
    let spared = try words(of: 2, ago: .seconds(1))
    #expect(spared.first?.contains("await the end of aws's lease") == true)
    #expect(spared.first?.contains("fence") == false && !spared.contains { $0.hasPrefix("catch up") })
    // Older than what the database said itself, or of one vantage alone, it is no reason.
    #expect(try words(of: 2, ago: .seconds(4)) == asked)
    #expect(try words(of: 1, ago: .seconds(1)) == asked)
  }

  @Test func equalWeightsNeedNoStep() throws {
    let plan = try PlanWorld.plan(.switchover(to: PlanWorld.azure), in: PlanWorld.snapshot(aws: 50, azure: 50))
    #expect(plan.steps.map(\.title).last == "verify azure")
  }

  @Test func aLinkOfBothWaysIsNotTurned() throws {
    var snapshot = PlanWorld.snapshot()
    var back = PlanWorld.replication(mode: .streamBoth, reversed: true)
    back.id = LinkID("azure-aws")
    snapshot.replication = [PlanWorld.replication(mode: .streamBoth), back]
    let plan = try PlanWorld.plan(.switchover(to: PlanWorld.azure), in: snapshot)
    #expect(!PlanWorld.words(plan).contains { $0.contains("reverse") })
    #expect(PlanWorld.words(plan).contains("drain aws-azure: drain aws-azure"))
  }

  @Test func failoverOfAPrimaryThatAnswers() throws {
    let plan = try PlanWorld.plan(.failover(to: PlanWorld.azure))
    #expect(
      PlanWorld.words(plan) == [
        "fence aws: fence aws, or await the end of its lease | back: promote aws",
        "catch up: let aws-azure catch up",
        "measure loss: measure what azure lacks of aws",
        "pause aws-azure: pause aws-azure | back: resume aws-azure",
        "advance sequences: set sequences past what the target's rows have used on aws-azure",
        "promote azure: promote azure | no return",
        "verify azure: verify that azure takes writes",
        "write weights: write 60/40 → 0/40 @8",
        "verify answers: answers 0/40",
        "watch traffic: shares 0/40",
      ])
    #expect(plan.prediction.lossSeconds == 0.4)
    #expect(plan.prediction.rowsLost == 3)
    let proof = try PlanWorld.plan(.failover(to: PlanWorld.azure), PlanWorld.settings(.proof))
    #expect(PlanWorld.words(proof).first == "fence aws: fence aws | back: promote aws")
  }

  @Test func failoverOfAPrimaryThatIsGone() throws {
    let plan = try PlanWorld.plan(.failover(to: PlanWorld.azure), in: PlanWorld.primaryLost())
    #expect(plan.title == "Fail over: aws → azure")
    #expect(
      PlanWorld.words(plan).prefix(6) == [
        "await aws's lease: await the end of aws's lease",
        "measure loss: measure what azure lacks of aws",
        "pause aws-azure: pause aws-azure | back: resume aws-azure",
        "advance sequences: set sequences past what the target's rows have used on aws-azure",
        "promote azure: promote azure | no return",
        "verify azure: verify that azure takes writes",
      ])
    // Six seconds of lease, whatever the database's clock says, and one of margin.
    #expect(plan.steps[0].predictedSeconds == 7)
    #expect(plan.blocking.isEmpty)
  }

  @Test func withoutALeaseNothingProvesTheFence() throws {
    for (lease, fencing) in [(nil, .lease), (Duration.seconds(6), .proof)] as [(Duration?, FailoverPolicy.Fencing)] {
      let plan = try PlanWorld.plan(
        .failover(to: PlanWorld.azure), in: PlanWorld.primaryLost(lease: lease), PlanWorld.settings(fencing))
      #expect(PlanWorld.words(plan).first == "assume aws fenced: take aws for fenced without proof")
      #expect(PlanWorld.holding(plan) == ["old-primary-not-fenced"])
    }
  }

  /// What a switchover left that failed at its promotion: both fenced, the link turned round.
  @Test func failoverOntoASideThatHasEverything() throws {
    var snapshot = PlanWorld.snapshot()
    snapshot.primary = nil
    snapshot.clouds[0].database = World.seen(PlanWorld.database(.secondary))
    snapshot.failover?.roles = [PlanWorld.view(PlanWorld.aws, .fenced), PlanWorld.view(PlanWorld.azure, .fenced)]
    snapshot.replication = [PlanWorld.replication(reversed: true)]
    let plan = try PlanWorld.plan(.failover(to: PlanWorld.azure), in: snapshot)
    #expect(plan.steps.map(\.title).prefix(3) == ["fence aws", "promote azure", "verify azure"])
    #expect(plan.prediction.losesNothing)
    snapshot.failover?.roles[0] = PlanWorld.view(PlanWorld.aws, .primary)
    #expect(try PlanWorld.plan(.failover(to: PlanWorld.azure), in: snapshot).prediction.lossIsUnknown)
  }

  @Test(arguments: RejoinMethod.allCases)
  func rejoin(method: RejoinMethod) throws {
    let plan = try PlanWorld.plan(.rejoin(PlanWorld.aws, method), in: PlanWorld.returned())
    let merge = method == .merge ? ["merge divergence: merge what only aws has"] : []
    #expect(
      PlanWorld.words(plan) == ["fence aws: fence aws", "export divergence: export what only aws has"] + merge + [
        "reverse aws-azure: reverse aws-azure | no return",
        "copy anew: copy all tables anew on aws-azure | no return",
        "verify rows: verify all tables on aws-azure",
      ])
    #expect(plan.blocking.isEmpty)
  }

  @Test func aRejoinThatCameAsFarAsTurningTheLinkGoesOnFromThere() throws {
    var snapshot = PlanWorld.returned()
    snapshot.replication = [PlanWorld.replication(.blocked, reversed: true, differences: nil)]
    let plan = try PlanWorld.plan(.rejoin(PlanWorld.aws, .rebuild), in: snapshot)
    #expect(plan.steps.map(\.title) == ["fence aws", "export divergence", "copy anew", "verify rows"])
    snapshot.replication = [PlanWorld.replication(reversed: true)]
    snapshot.primary = PlanWorld.azure
    snapshot.clouds[0].database = World.seen(PlanWorld.database(.secondary))
    snapshot.failover?.roles[0] = PlanWorld.view(PlanWorld.aws, .fenced)
    #expect(try PlanWorld.plan(.rejoin(PlanWorld.aws, .rebuild), in: snapshot).steps.isEmpty)
  }

  /// A failover to azure and another one back, with no rejoin between: the link was never turned, and rests.
  @Test(arguments: RejoinMethod.allCases)
  func aRejoinAfterAFailoverThereAndBackExportsWhatWasWrittenThere(method: RejoinMethod) throws {
    var snapshot = PlanWorld.snapshot()
    snapshot.primary = PlanWorld.aws
    snapshot.replication = [PlanWorld.replication(.paused)]
    let plan = try PlanWorld.plan(.rejoin(PlanWorld.azure, method), in: snapshot)
    let merge = method == .merge ? ["merge divergence: merge what only azure has"] : []
    #expect(
      PlanWorld.words(plan) == ["fence azure: fence azure", "export divergence: export what only azure has"] + merge + [
        "resume aws-azure: resume aws-azure | no return",
        "copy anew: copy all tables anew on aws-azure | no return",
        "verify rows: verify all tables on aws-azure",
      ])
  }

  /// The link rests and brings changes of the target: a failover came this way, and nothing was brought back since.
  @Test func aFailoverBackOverALinkThatRestsMayLose() throws {
    var snapshot = PlanWorld.snapshot()
    snapshot.primary = nil
    snapshot.clouds[0].database = World.seen(PlanWorld.database(.secondary))
    snapshot.failover?.roles = [PlanWorld.view(PlanWorld.aws, .fenced), PlanWorld.view(PlanWorld.azure, .fenced)]
    snapshot.replication = [PlanWorld.replication(.paused, reversed: true)]
    let plan = try PlanWorld.plan(.failover(to: PlanWorld.azure), in: snapshot)
    #expect(plan.prediction.lossIsUnknown)
  }

  @Test func failback() throws {
    var snapshot = PlanWorld.snapshot(aws: 0, azure: 100)
    snapshot.primary = PlanWorld.azure
    snapshot.replication = [PlanWorld.replication(reversed: true)]
    let plan = try PlanWorld.plan(.failback(to: PlanWorld.aws), in: snapshot)
    #expect(plan.title == "Fail back: azure → aws")
    #expect(
      plan.steps.map(\.title).prefix(5) == [
        "fence azure", "drain aws-azure", "advance sequences", "reverse aws-azure", "promote aws",
      ])
    #expect(PlanWorld.words(plan).contains("write weights: write 0/100 → 100/0 @8"))
  }

  @Test func shift() throws {
    let plan = try PlanWorld.plan(
      .shift(Weights([(PlanWorld.aws, 20), (PlanWorld.azure, 80)]), stages: 2))
    #expect(plan.title == "Shift: aws 60 → 20, azure 40 → 80 in 2 stages")
    #expect(
      PlanWorld.words(plan) == [
        "write weights 1/2: write 60/40 → 40/60 @8 | back: write 40/60 → 60/40 @11",
        "verify answers 1/2: answers 40/60",
        "health gate 1/2: watch the health of azure",
        "write weights 2/2: write 40/60 → 20/80 @9 | back: write 20/80 → 40/60 @10",
        "verify answers 2/2: answers 20/80",
        "watch traffic: shares 20/80",
      ])
    #expect(plan.prediction.shares.map(\.share) == [0.2, 0.8])
  }

  @Test func evacuate() throws {
    let plan = try PlanWorld.plan(.evacuate(PlanWorld.aws))
    #expect(
      PlanWorld.words(plan) == [
        "write weights: write 60/40 → 0/40 @8 | no return", "verify answers: answers 0/40", "drain aws: drain aws",
      ])
    var down = PlanWorld.snapshot()
    down.clouds[0].verdict = World.seen(HealthVerdict(health: .down, reasons: [], since: World.now))
    #expect(try PlanWorld.plan(.evacuate(PlanWorld.aws), in: down).steps.last?.title == "watch traffic")
  }
}
