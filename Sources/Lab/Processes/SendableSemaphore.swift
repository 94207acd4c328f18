import Dispatch

/// A semaphore for threads, never for tasks.
struct SendableSemaphore: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func signal() { semaphore.signal() }

  func wait() { semaphore.wait() }
}
