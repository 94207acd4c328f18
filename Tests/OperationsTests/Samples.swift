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

  /// A move of the role with a way back: fence, pause, drain, promote without return, verify, write weights.
  static func move(id: String = "f-1") -> Plan {
    let (aws, azure, link, next) = (CloudID("aws"), CloudID("azure"), LinkID("aws-azure"), Generation(2))
    let weights = [Weights([(aws, 60), (azure, 40)]), Weights([(aws, 0), (azure, 100)])]
    func step(_ action: StepAction, back: StepAction? = nil, noReturn: Bool = false) -> Plan.Step {
      Plan.Step(
        title: action.phrase, action: action, predictedEffect: "", predictedSeconds: 1, isPointOfNoReturn: noReturn,
        compensation: back)
    }
    return Plan(
      id: PlanID(id), kind: .failover, title: "Move the role", madeAt: start, request: .failover(.failover(to: azure)),
      generation: Generation(1),
      steps: [
        step(.role(.fence(aws, generation: next)), back: .role(.promote(aws, generation: next))),
        step(.sync(.pause(link)), back: .sync(.resume(link))),
        step(.sync(.drain(link))),
        step(.role(.promote(azure, generation: next)), noReturn: true),
        step(.role(.verifyWritable(azure, generation: next))),
        step(.writeWeights(from: weights[0], to: weights[1], generation: next)),
      ], prediction: Prediction(seconds: 6, shares: [], utilisation: []), interlocks: [])
  }
}

/// A wall clock that moves one millisecond with every look.
final class TickingClock: WallClock {
  private let ticks = Counter()

  func now() -> Timestamp { Samples.start + .milliseconds(ticks.next()) }
}
