import Operations

/// Small values that tests are made of.
enum Samples {
  static let start = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)

  static func plan(id: String = "w-1", steps count: Int = 3) -> Plan {
    let weights = [
      Weights([(CloudID("aws"), 50), (CloudID("azure"), 50)]), Weights([(CloudID("aws"), 70), (CloudID("azure"), 30)]),
    ]
    let actions: [StepAction] = [
      .writeWeights(from: weights[0], to: weights[1], generation: Generation(2)),
      .verifyAnswers(weights: weights[1]), .observeShares(weights: weights[1]),
    ]
    return Plan(
      id: PlanID(id), kind: .weights, title: "Weights: aws 50 → 70", madeAt: start, request: .setWeights(weights[1]),
      generation: Generation(1),
      steps: actions.prefix(count).map {
        Plan.Step(title: "step", action: $0, predictedEffect: "effect", predictedSeconds: 1)
      }, prediction: Prediction(seconds: 3, shares: [], utilisation: []), interlocks: [])
  }
}

/// A wall clock that moves one millisecond with every look.
final class TickingClock: WallClock {
  private let ticks = Counter()

  func now() -> Timestamp { Samples.start + .milliseconds(ticks.next()) }
}
