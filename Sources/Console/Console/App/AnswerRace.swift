import Synchronization

/// Decides which of two outcomes of one question counts: the first.
final class AnswerRace: Sendable {
  private let isDecided = Mutex(false)

  /// True for the first caller.
  func win() -> Bool {
    isDecided.withLock { decided in
      defer { decided = true }
      return !decided
    }
  }
}
