internal import Synchronization

/// A counting semaphore whose waiters are served in order, give up at a deadline, and are limited in number.
final class PermitQueue: Sendable {
  enum Refusal: Error { case timedOut, full }

  private struct State {
    var free: Int
    var waiting: [(id: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    var lastID: UInt64 = 0
  }

  private let state: Mutex<State>
  private let waitingLimit: Int

  init(permits: Int, waitingLimit: Int) {
    state = Mutex(State(free: permits))
    self.waitingLimit = waitingLimit
  }

  var waitingCount: Int { state.withLock { $0.waiting.count } }

  /// Takes a permit, which is given back by ``release()``.
  func acquire(until deadline: ContinuousClock.Instant) async throws {
    let id: UInt64? = state.withLock { state in
      guard state.free == 0 else {
        state.free -= 1
        return nil
      }
      state.lastID += 1
      return state.lastID
    }
    guard let id else { return }
    let timer = Task {
      try await Task.sleep(until: deadline, clock: .continuous)
      fail(id, Refusal.timedOut)
    }
    defer { timer.cancel() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { enqueue(id, $0, deadline) }
    } onCancel: {
      fail(id, CancellationError())
    }
  }

  func release() {
    let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
      guard !state.waiting.isEmpty else {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume()
  }

  private func enqueue(
    _ id: UInt64, _ continuation: CheckedContinuation<Void, any Error>, _ deadline: ContinuousClock.Instant
  ) {
    let answer: Result<Void, any Error>? = state.withLock { state in
      // Under the lock: a cancellation from now on finds the waiter in the queue.
      if Task.isCancelled { return .failure(CancellationError()) }
      if deadline <= .now { return .failure(Refusal.timedOut) }
      if state.free > 0 {
        state.free -= 1
        return .success(())
      }
      if state.waiting.count >= waitingLimit { return .failure(Refusal.full) }
      state.waiting.append((id, continuation))
      return nil
    }
    if let answer { continuation.resume(with: answer) }
  }

  private func fail(_ id: UInt64, _ error: any Error) {
    let continuation = state.withLock { state in
      state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).continuation }
    }
    continuation?.resume(throwing: error)
  }
}
