import Operations

extension Plan {
  /// The weights that the plan brings about in the end; for an empty plan, those asked for.
  var wantedWeights: Weights? {
    for case .writeWeights(_, let wanted, _) in steps.reversed().map(\.action) { return wanted }
    if case .setWeights(let weights) = request { return weights }
    return nil
  }

  /// The weights that the plan expects to find.
  var standingWeights: Weights? {
    for case .writeWeights(let standing, _, _) in steps.map(\.action) { return standing }
    return wantedWeights
  }
}
