internal import Synchronization

/// Whether a database is worth asking.
///
/// Without it every request would wait for a frozen database before it turned to the other. After a failure one request
/// in each pause tries again, and the others go on without.
final class PoolHealth: Sendable {
  static let pause = Duration.seconds(2)

  private struct State {
    var failedAt: ContinuousClock.Instant?
    var isProbed = false
  }

  private let state = Mutex(State())

  /// Whether to ask. Who is told so reports what came of it, by ``report(success:at:)``.
  func mayAsk(at now: ContinuousClock.Instant) -> Bool {
    state.withLock { state in
      guard let failedAt = state.failedAt else { return true }
      guard now >= failedAt + Self.pause, !state.isProbed else { return false }
      state.isProbed = true
      return true
    }
  }

  /// Whether it did not answer when it was last asked.
  var isSuspect: Bool { state.withLock { $0.failedAt != nil } }

  func report(success: Bool, at now: ContinuousClock.Instant) {
    state.withLock { $0 = State(failedAt: success ? nil : now) }
  }
}
