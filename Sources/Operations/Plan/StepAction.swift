/// What a step does to the world, or waits to see in it. It is all a performer needs, and is what the journal keeps.
public enum StepAction: Sendable, Equatable, Codable {
  /// Compare the weights that stand with `from`, then write `to` under `generation`.
  case writeWeights(from: Weights, to: Weights, generation: Generation)
  /// Ask the authoritative servers until their answers fit `weights`.
  case verifyAnswers(weights: Weights)
  /// Watch the load balancers until their shares of requests approach those of `weights`.
  case observeShares(weights: Weights)
  case sync(SyncAction)
  case role(RoleAction)

  /// Whether performing it changes anything outside this program.
  public var mutates: Bool {
    switch self {
    case .writeWeights: true
    case .verifyAnswers, .observeShares: false
    case .sync(let action): action.mutates
    case .role(let action): action.mutates
    }
  }
}
