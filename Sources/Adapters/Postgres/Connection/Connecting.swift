internal import SocketReadiness
internal import Synchronization

/// A handshake under way on its thread, awaited without blocking. Whoever waits can give up; the thread then ends by
/// itself and closes what it had opened.
final class Connecting: Sendable {
  private let result = Mutex<Result<ConnectionHandle, PostgresError>?>(nil)
  private let done: CompletionSignal

  private init() throws { done = try CompletionSignal() }

  static func run(
    _ settings: PostgresSettings, until deadline: ContinuousClock.Instant
  ) async throws -> ConnectionHandle {
    let attempt: Connecting
    do { attempt = try Connecting() } catch { throw PostgresError(.connect, "\(error)", host: settings.place) }
    let started = BlockingThread.start {
      let result = Handshake(settings: settings, deadline: deadline).run()
      attempt.result.withLock { $0 = result }
      attempt.done.fire()
    }
    guard started else { throw PostgresError(.connect, "no thread could be started", host: settings.place) }
    do {
      // The thread knows better what went wrong, so it may speak first; name resolution alone can outstay it.
      try await attempt.done.wait(until: deadline + .milliseconds(100))
    } catch SocketReadinessError.timedOut {
      throw PostgresError(.timedOut, "the name or the server did not answer in time", host: settings.place)
    }
    guard let result = attempt.result.withLock({ $0 }) else {
      throw PostgresError(.connect, "the connection attempt ended without a result", host: settings.place)
    }
    return try result.get()
  }
}
