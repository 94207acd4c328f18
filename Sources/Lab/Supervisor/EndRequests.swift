import Dispatch
import Glibc
import Synchronization

/// Whoever asks the supervisor to end: a command, a signal, or the command that started it going away.
final class EndRequests: Sendable {
  /// Told when the lab has ended, with how long it took.
  typealias Reply = @Sendable (LabStatus, Duration) -> Void

  private struct State {
    var isRequested = false
    var reply: Reply?
    var waiter: CheckedContinuation<Reply?, Never>?
    var observer: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  /// Only kept alive: set once, never read.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  init() {
    sources = [SIGTERM, SIGINT, SIGHUP].map { number in
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: .global())
    }
    for source in sources {
      source.setEventHandler { [weak self] in self?.request(nil) }
      source.resume()
    }
  }

  /// The first request counts; later ones wait for nothing.
  func request(_ reply: Reply?) {
    let (waiter, observer) = state.withLock { state in
      guard !state.isRequested else {
        return (nil, nil) as (CheckedContinuation<Reply?, Never>?, (@Sendable () -> Void)?)
      }
      state.isRequested = true
      state.reply = reply
      defer { state.waiter = nil }
      return (state.waiter, state.observer)
    }
    observer?()
    waiter?.resume(returning: reply)
  }

  /// Calls `observer` at the first request, or now when it has come already.
  func onRequest(_ observer: @escaping @Sendable () -> Void) {
    let isRequested = state.withLock { state in
      state.observer = observer
      return state.isRequested
    }
    if isRequested { observer() }
  }

  func wait() async -> Reply? {
    await withCheckedContinuation { continuation in
      let reply: Reply?? = state.withLock { state in
        guard state.isRequested else {
          state.waiter = continuation
          return .none
        }
        return .some(state.reply)
      }
      if let reply { continuation.resume(returning: reply) }
    }
  }
}
