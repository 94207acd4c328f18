import Glibc
import Synchronization

/// A program that a test started. It dies with its owner, and with the test's own process, however that ends.
public final class ChildProcess: Sendable {
  private let shell: pid_t
  /// While it is open the program lives.
  private let leash: Int32
  private let log: String?
  private let stopped = Mutex(false)

  /// - Parameters:
  ///   - arguments: the program and its arguments; the program is looked for in the path.
  ///   - log: a file for its output; none is kept without.
  ///   - signal: what ends it.
  public init(_ arguments: [String], log: String? = nil, signal: String = "KILL") {
    // The shell outlives a signal to the whole process group, as `timeout` and Ctrl-C send it, to end its child.
    let script =
      #"trap : HUP INT TERM; "$@" </dev/null & child=$!; cat >/dev/null; kill -\#(signal) $child 2>/dev/null; wait $child"#
    var ends: [Int32] = [0, 0]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, log ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    let words = ["/bin/sh", "-c", script, "child"] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var pid = pid_t()
    _ = withPlainSignals { posix_spawn(&pid, "/bin/sh", &actions, $0, &pointers, environ) }
    for pointer in pointers { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    close(ends[0])
    shell = pid
    leash = ends[1]
    self.log = log
  }

  deinit { stop() }

  /// What it has written so far.
  public var output: String {
    log.map(text(of:)) ?? ""
  }

  /// Ends it and waits until it is gone.
  public func stop() {
    let isFirst = stopped.withLock { stopped in
      defer { stopped = true }
      return !stopped
    }
    guard isFirst else { return }
    close(leash)
    wait(for: shell)
  }

  /// Runs a program to its end.
  ///
  /// - Returns: its exit status and all it wrote.
  @discardableResult
  public static func run(_ arguments: [String]) -> (status: Int32, output: String) {
    let directory = TemporaryDirectory("signalbox-run")
    let log = "\(directory.path)/log"
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var pid = pid_t()
    let code = withPlainSignals { posix_spawnp(&pid, arguments[0], &actions, $0, &pointers, environ) }
    for pointer in pointers { free(pointer) }
    posix_spawn_file_actions_destroy(&actions)
    guard code == 0 else { return (code, String(cString: strerror(code))) }
    let status = wait(for: pid)
    return ((status >> 8) & 0xFF, text(of: log))
  }
}

/// - Returns: its status as the system tells it.
@discardableResult
private func wait(for child: pid_t) -> Int32 {
  var status: Int32 = 0
  // A signal ends the wait, and not the child.
  while waitpid(child, &status, 0) < 0, errno == EINTR {}
  return status
}

/// Attributes of a child that takes signals. The threads that tests run on block them all, and a child would inherit
/// that: it could not be ended but by `KILL`.
private func withPlainSignals(_ spawn: (UnsafePointer<posix_spawnattr_t>) -> Int32) -> Int32 {
  var attributes = posix_spawnattr_t()
  posix_spawnattr_init(&attributes)
  defer { posix_spawnattr_destroy(&attributes) }
  var none = sigset_t()
  sigemptyset(&none)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
  return spawn(&attributes)
}
