import Operations

/// What puts a service back as it was, one lever at a time.
struct Restoration: Sendable, Equatable {
  let primary: CloudID
  let weights: Weights?
  let method: RejoinMethod
  private(set) var hasRejoined = false

  init(primary: CloudID, weights: Weights?, method: RejoinMethod) {
    self.primary = primary
    self.weights = weights
    self.method = method
  }

  enum Next: Sendable, Equatable {
    case ask(LeverRequest)
    /// Something runs, or it is not known how things stand.
    case wait
    case done
  }

  /// An old primary is taken in again before it may become the primary once more.
  func next(_ sight: HostSight) -> Next {
    guard sight.runningOperation == nil else { return .wait }
    guard let standing = sight.primary, sight.weightsAreFresh else { return .wait }
    if standing != primary {
      return .ask(.failover(hasRejoined ? .failback(to: primary) : .rejoin(primary, method)))
    }
    if let weights, let stands = sight.weights, stands != weights { return .ask(.setWeights(weights)) }
    return .done
  }

  /// - Parameter isDone: whether the operation succeeded.
  mutating func learn(_ request: LeverRequest, isDone: Bool) {
    if case .failover(.rejoin) = request, isDone { hasRejoined = true }
  }
}
