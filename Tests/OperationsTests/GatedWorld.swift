import Operations
import Synchronization

/// A world whose steps wait until they are let through; what was done in it is remembered.
final class GatedWorld: StepPerformer {
  private struct State {
    var done: [String] = []
    var begun: [String] = []
    var closed: Set<String> = []
    var failures: [String: Int] = [:]
  }

  private let state = Mutex(State())

  var done: [String] { state.withLock { $0.done } }
  var begun: [String] { state.withLock { $0.begun } }

  /// Steps of this phrase wait until they are let through.
  func close(_ phrase: String) { _ = state.withLock { $0.closed.insert(phrase) } }

  func open(_ phrase: String) { _ = state.withLock { $0.closed.remove(phrase) } }

  /// Steps of this phrase fail so often.
  func fail(_ phrase: String, times: Int) { state.withLock { $0.failures[phrase] = times } }

  /// Returns once a step of this phrase has begun.
  func reach(_ phrase: String) async {
    while !begun.contains(phrase) { await Task.yield() }
  }

  func perform(_ action: StepAction, progress: @escaping @Sendable (String) async -> Void) async throws -> String {
    let phrase = action.phrase
    state.withLock { $0.begun.append(phrase) }
    while state.withLock({ $0.closed.contains(phrase) }) {
      try Task.checkCancellation()
      await Task.yield()
    }
    let fails = state.withLock { state in
      guard let left = state.failures[phrase], left > 0 else { return false }
      state.failures[phrase] = left - 1
      return true
    }
    if fails { throw HostError.failed("\(phrase): not now") }
    state.withLock { $0.done.append(phrase) }
    return "done"
  }
}
