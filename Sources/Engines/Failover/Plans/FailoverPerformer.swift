public import Operations

/// Performs the plans of failover: each step by whoever performs its like.
public struct FailoverPerformer: StepPerformer {
  private let weights: any StepPerformer
  private let replication: (any StepPerformer)?
  private let roles: any StepPerformer
  private let clock: any Clock<Duration>

  /// - Parameters:
  ///   - weights: for what is written to the record set, and is seen of it.
  ///   - replication: for links; nil where none is configured.
  ///   - roles: for the right to write; a ``RolePerformer``.
  public init(
    weights: any StepPerformer, replication: (any StepPerformer)?, roles: any StepPerformer,
    clock: any Clock<Duration>
  ) {
    self.weights = weights
    self.replication = replication
    self.roles = roles
    self.clock = clock
  }

  public func perform(
    _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    switch action {
    case .writeWeights, .verifyAnswers, .observeShares: return try await weights.perform(action, progress: progress)
    case .sync(let sync): return try await perform(sync, progress)
    case .role(.catchUp(let link, let seconds)): return try await catchUp(link, .seconds(seconds), progress)
    case .role: return try await roles.perform(action, progress: progress)
    }
  }

  private func links() throws -> any StepPerformer {
    guard let replication else { throw StepRefused("no replication link is configured") }
    return replication
  }

  private func perform(
    _ action: SyncAction, _ progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let links = try links()
    do {
      return try await links.perform(.sync(action), progress: progress)
    } catch let error as CancellationError {
      throw error
    } catch {
      switch action {
      // It leaves the link as it was when it fails.
      case .pause: throw StepRefused("\(error)")
      // A primary may be gone before its view has grown old. Its sequences are not worth a failover.
      case .advanceSequences(let link):
        let outcome = try await links.perform(.sync(.advanceSequencesAlone(link)), progress: progress)
        return "\(outcome); the source could not be asked: \(error)"
      default: throw error
      }
    }
  }

  /// A link that stands still, or ends, costs the rest of what it would have brought, and not the failover.
  private func catchUp(
    _ link: LinkID, _ limit: Duration, _ progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    let links = try links()
    let (outcomes, continuation) = AsyncStream.makeStream(of: String.self)
    // Whoever is slower is not waited for: a database that froze answers when it likes.
    let draining = Task {
      do {
        continuation.yield(try await links.perform(.sync(.drain(link)), progress: progress))
      } catch {
        continuation.yield("not everything arrived: \(error)")
      }
    }
    let waiting = Task { [clock] in
      try await clock.sleep(for: limit)
      continuation.yield("not everything arrived within \(limit.components.seconds) s")
    }
    defer {
      draining.cancel()
      waiting.cancel()
    }
    for await outcome in outcomes { return outcome }
    throw CancellationError()
  }
}
