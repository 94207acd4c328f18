/// Somebody waits for a value that comes once, or for an error.
///
/// Only the thread that runs the simulation touches it.
final class Wait<Value: Sendable>: Endable, @unchecked Sendable {
  private var continuation: CheckedContinuation<Value, any Error>?
  private var outcome: Result<Value, any Error>?

  var hasEnded: Bool { outcome != nil }

  /// The first outcome counts.
  func end(_ outcome: Result<Value, any Error>) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    let waiting = continuation
    continuation = nil
    waiting?.resume(with: outcome)
  }

  func cancel() { end(.failure(CancellationError())) }

  func value() async throws -> Value {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if let outcome {
          continuation.resume(with: outcome)
        } else {
          self.continuation = continuation
        }
      }
    } onCancel: {
      cancel()
    }
  }
}

protocol Endable: AnyObject {
  var hasEnded: Bool { get }
  func cancel()
}
