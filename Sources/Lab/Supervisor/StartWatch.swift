import Synchronization

/// While a lab comes up, a part that dies is the reason why it does not, and there is no point in waiting longer.
final class StartWatch: Sendable {
  private struct State {
    var isStarting = true
    var failure: LabError?
  }

  private let state = Mutex(State())

  var failure: LabError? { state.withLock { $0.failure } }

  /// The first death is kept; the others are often its consequences.
  func died(_ part: String, _ ending: ChildProcess.Ending, log: String) {
    state.withLock { state in
      guard state.isStarting, state.failure == nil else { return }
      let tail = LogTail.last(ofFile: log)
      state.failure = LabError(part, "it \(ending) while the lab came up", remedy: "its log ends: \(tail)")
    }
  }

  func finish() { state.withLock { $0.isStarting = false } }
}
