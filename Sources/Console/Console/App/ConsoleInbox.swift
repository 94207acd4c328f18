import Operations
import Synchronization

/// Everything that waits to be told to the model, in order. Of snapshots only the newest waits, so that a host that
/// publishes faster than the screen is drawn costs nothing.
final class ConsoleInbox: Sendable {
  private struct Waiting {
    var messages: [ConsoleMessage] = []
    var snapshot: Snapshot?
    var exit: Int32?
  }

  private let waiting = Mutex(Waiting())
  private let continuation: AsyncStream<Void>.Continuation
  /// Ticks when something waits. For one reader.
  let arrivals: AsyncStream<Void>

  init() { (arrivals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func post(_ message: ConsoleMessage) {
    waiting.withLock { waiting in
      if case .host(.snapshot(let snapshot)) = message {
        waiting.snapshot = snapshot
      } else {
        waiting.messages.append(message)
      }
    }
    continuation.yield()
  }

  func post(exit status: Int32) {
    waiting.withLock { $0.exit = status }
    continuation.yield()
  }

  /// Wakes the reader though nothing has happened: a frame that was put off is due.
  func wake() { continuation.yield() }

  func next() -> ConsoleMessage? {
    waiting.withLock { waiting in
      if !waiting.messages.isEmpty { return waiting.messages.removeFirst() }
      guard let snapshot = waiting.snapshot else { return nil }
      waiting.snapshot = nil
      return .host(.snapshot(snapshot))
    }
  }

  var exitStatus: Int32? { waiting.withLock { $0.exit } }

  /// Throws away keys that were pressed and not yet looked at.
  func dropKeys() {
    waiting.withLock { waiting in
      waiting.messages.removeAll { message in
        if case .key = message { true } else { false }
      }
    }
  }
}
