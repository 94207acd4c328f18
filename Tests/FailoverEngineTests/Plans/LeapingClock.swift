import Synchronization

/// A clock that is where it is asked to sleep to, at once, and remembers how long it was asked to sleep.
final class LeapingClock: Clock {
  typealias Instant = ContinuousClock.Instant

  private struct State {
    var elapsed = Duration.zero
    var slept: [Duration] = []
  }

  private let state = Mutex(State())
  private let origin = ContinuousClock.now

  var now: Instant { origin + state.withLock { $0.elapsed } }
  var minimumResolution: Duration { .nanoseconds(1) }
  var slept: [Duration] { state.withLock { $0.slept } }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    state.withLock { state in
      state.slept.append(deadline - origin - state.elapsed)
      state.elapsed = max(state.elapsed, deadline - origin)
    }
  }
}
