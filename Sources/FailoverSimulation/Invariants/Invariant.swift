import Operations

/// A named rule about the world, judged after every event. Pure.
struct Invariant: Sendable {
  /// As `invariants.md` counts them.
  let number: Int
  let name: String
  /// Judged once after each event; nil where it holds.
  var onState: (@Sendable (World) -> String?)?
  /// Judged for each thing that happened, before the annals have taken it in.
  var onFact: (@Sendable (Fact, World) -> String?)?

  init(
    _ number: Int, _ name: String, onState: (@Sendable (World) -> String?)? = nil,
    onFact: (@Sendable (Fact, World) -> String?)? = nil
  ) {
    self.number = number
    self.name = name
    self.onState = onState
    self.onFact = onFact
  }

  static let liveness = Invariant(18, "live")

  static let all: [Invariant] =
    [
      oneWriter, fenceProven, order, generationsGrow, recordSetAnswers, demotedTakesNothing, quorumOfNetworks,
      cutOffIsIdle, lossIsFresh, inStepIsInStep, oneInAWindow, failbackIsAsked, divergenceIsShown, pausedIsIdle,
      nothingTwice, endsAsPlanned, oneHolder, intentFirst, journalTells, shownIsDone, drainedIsDrained, liveness,
    ]
}
