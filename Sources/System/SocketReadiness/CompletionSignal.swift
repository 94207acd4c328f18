internal import CEpoll
internal import Glibc

/// Tells a task that a thread has finished what it was started for. Fired once; stays fired.
public final class CompletionSignal: Sendable {
  private let descriptor: Int32

  public init() throws(SocketReadinessError) {
    descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard descriptor >= 0 else { throw .system(call: "eventfd", code: errno) }
  }

  deinit { close(descriptor) }

  /// From any thread.
  public func fire() { eventfd_write(descriptor, 1) }

  /// Returns when the signal has been fired, at once if it was before.
  ///
  /// - Throws: ``SocketReadinessError/timedOut`` at the deadline; `CancellationError` when the task is cancelled.
  public func wait(until deadline: ContinuousClock.Instant) async throws {
    _ = try await SocketReactor.shared.wait(for: .read, on: descriptor, until: deadline)
  }
}
