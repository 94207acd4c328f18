import Operations

/// A mistake that is planted, to see that an invariant is watched.
public enum Mutation: String, Sendable, CaseIterable {
  case skipsFence, promotesWhileLeaseStands, takesWeightForFence, trustsUnprovenFence, renewsFromArrival
  case promotesFirst
  case acceptsStaleWrites
  case writesInTwoRequests
  case takesUnknownForDown, listensToOneNetwork, trustsOldHealth
  case freshensLoss
  case acknowledgesItself
  case failsBackByItself, exportsNothing
  case ignoresPause
  case turnsTwice, skipsInterrupted
  case ignoresLeaseLoss
  case forgetsTheWord
  case dropsIntents, reportsUndone
  case writesInDryRun, doesOtherThanShown
  case drainsAtOnce
  case neverDecides

  /// The invariant that must catch it.
  public var invariant: Int {
    switch self {
    case .skipsFence, .renewsFromArrival, .forgetsTheWord: 1
    case .promotesWhileLeaseStands, .trustsUnprovenFence: 2
    case .promotesFirst: 3
    case .acceptsStaleWrites: 4
    case .writesInTwoRequests: 5
    case .takesWeightForFence: 6
    case .takesUnknownForDown, .listensToOneNetwork: 7
    case .trustsOldHealth: 8
    case .freshensLoss: 9
    case .acknowledgesItself: 10
    case .failsBackByItself, .exportsNothing: 11
    case .ignoresPause: 12
    case .turnsTwice, .skipsInterrupted: 13
    case .ignoresLeaseLoss: 14
    case .dropsIntents, .reportsUndone: 15
    case .writesInDryRun, .doesOtherThanShown: 16
    case .drainsAtOnce: 17
    case .neverDecides: 18
    }
  }
}
