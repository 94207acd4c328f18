import FailoverEngine
import Operations
import Testing

@Suite struct WeightsPlannerTests {
  @Test func plansWriteVerifyAndWatch() throws {
    let plan = try World.plan(aws: 70, azure: 30, in: World.snapshot())
    #expect(plan.steps.map(\.action.mutates) == [true, false, false])
    #expect(plan.title == "Weights: aws 50 → 70, azure 50 → 30")
    #expect(plan.blocking.isEmpty)
    #expect(plan.prediction.shares.map(\.share) == [0.7, 0.3])
    // 200 requests a second in all, 300 a second of capacity in each cloud.
    #expect(plan.prediction.utilisation.map { ($0.ratio ?? 0) * 300 }.map { $0.rounded() } == [140, 60])
    guard case .writeWeights(_, _, let generation) = plan.steps[0].action else { return }
    #expect(generation == Generation(8))
  }

  @Test func predictsByWhatWasMeasured() throws {
    var snapshot = World.snapshot()
    #expect(try World.plan(aws: 70, azure: 30, in: snapshot).prediction.seconds == 7)
    let times = [0.25, 0.5]
    let steps = times.map { seconds in
      OperationSnapshot.Step(
        title: "step", mutates: false, state: .done, startedAt: World.now,
        endedAt: World.now + .milliseconds(Int64(seconds * 1000)))
    }
    snapshot.operations = [
      OperationSnapshot(
        id: OperationID("w-0"), title: "Weights", kind: .weights, state: .done, actor: "kit", startedAt: World.now,
        steps: steps)
    ]
    let plan = try World.plan(aws: 70, azure: 30, in: snapshot)
    #expect(plan.steps.map(\.predictedSeconds) == [0.25, 0.5, 5])
    #expect(plan.prediction.seconds == 5.75)
  }

  @Test func plansNothingWhenTheWeightsStand() throws {
    #expect(try World.plan(aws: 50, azure: 50, in: World.snapshot()).steps.isEmpty)
  }

  @Test(arguments: [
    (Weights([(CloudID("aws"), 70)]), "azure"), (Weights([(CloudID("gcp"), 70)]), "gcp"),
    (Weights([(CloudID("aws"), 256), (CloudID("azure"), 0)]), "256"),
    (Weights([(CloudID("aws"), 1), (CloudID("aws"), 2)]), "twice"),
  ])
  func refusesWeightsThatDoNotFit(weights: Weights, naming word: String) {
    let planner = WeightsPlanner(settings: WeightsSettings(minimumInterval: .zero, headroom: 0))
    #expect {
      try planner.plan(
        weights, request: .setWeights(weights), id: PlanID("w"), in: World.snapshot(), now: World.now)
    } throws: {
      "\($0)".contains(word)
    }
  }

  @Test func doesNotGuessWhatStands() {
    var snapshot = World.snapshot()
    snapshot.recordSet.configured = nil
    #expect(throws: HostError.self) { try World.plan(aws: 70, azure: 30, in: snapshot) }
  }
}
