import Glibc
import Synchronization

/// A process started by this one.
final class ChildProcess: Sendable {
  /// How a process ended.
  enum Ending: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    var description: String {
      switch self {
      case .exited(let status): "exited with status \(status)"
      case .signalled(let signal): "was ended by signal \(signal)"
      }
    }
  }

  let pid: pid_t
  private let state = Mutex(State())

  private struct State {
    var ending: Ending?
    var waiters: [CheckedContinuation<Ending, Never>] = []
  }

  init(pid: pid_t) { self.pid = pid }

  var ending: Ending? { state.withLock { $0.ending } }

  func end() async -> Ending {
    await withCheckedContinuation { continuation in
      let ending: Ending? = state.withLock { state in
        if state.ending == nil { state.waiters.append(continuation) }
        return state.ending
      }
      if let ending { continuation.resume(returning: ending) }
    }
  }

  /// Does nothing once the process has been reaped, so that a signal never meets a stranger who got its number.
  func signal(_ signal: Int32) {
    state.withLock { if $0.ending == nil { _ = kill(pid, signal) } }
  }

  /// Blocks until the process ends; on a thread of its own.
  func reap() {
    var information = siginfo_t()
    // The zombie is kept until the lock is held, see `signal`.
    while waitid(P_PID, id_t(pid), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    let (ending, waiters) = state.withLock { state in
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
      let ending: Ending = status & 0x7f == 0 ? .exited((status >> 8) & 0xff) : .signalled(status & 0x7f)
      state.ending = ending
      defer { state.waiters = [] }
      return (ending, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: ending) }
  }
}
