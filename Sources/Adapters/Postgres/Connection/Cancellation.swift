internal import CLibpq
internal import Synchronization

/// Asks servers to stop statements nobody waits for any more.
///
/// `PQcancel` blocks until the server has closed the cancelling connection, which a frozen server never does. So it has
/// a thread, and there is a limit on such threads: beyond it the session is closed without asking.
enum Cancellation {
  private static let limit = 8
  private static let running = Mutex(0)

  static func send(to pointer: OpaquePointer) {
    let mayRun = running.withLock { running in
      guard running < limit else { return false }
      running += 1
      return true
    }
    guard mayRun else { return }
    guard let cancel = PQgetCancel(pointer) else { return running.withLock { $0 -= 1 } }
    let box = Box(cancel: cancel)
    let started = BlockingThread.start {
      var reason = [CChar](repeating: 0, count: 256)
      _ = PQcancel(box.cancel, &reason, Int32(reason.count))
      PQfreeCancel(box.cancel)
      running.withLock { $0 -= 1 }
    }
    if !started {
      PQfreeCancel(cancel)
      running.withLock { $0 -= 1 }
    }
  }

  /// libpq documents `PQcancel` as safe from any thread.
  private struct Box: @unchecked Sendable {
    let cancel: OpaquePointer
  }
}
