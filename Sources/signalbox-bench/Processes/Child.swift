import Glibc

/// A process that is measured, or that serves one. It is killed when this process ends, however it ends: children are
/// started from the main thread alone, whose end is this process's.
final class Child {
  /// `POSIX_SPAWN_SETSID` of glibc's spawn.h, which shows it to C with GNU extensions alone.
  private static let newSession: Int16 = 0x80

  let pid: pid_t
  private var hasEnded = false
  /// User and system time of its whole life; 0 before its end.
  private(set) var cpuSecondsAtEnd = 0.0

  /// - Parameters:
  ///   - command: an absolute path and arguments.
  ///   - environment: the whole of it, beside a path and a locale.
  ///   - files: what the child has open as its standard input, output and error.
  init(_ command: [String], environment: [String: String] = [:], files: StandardFiles) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    files.add(to: &actions)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // What this process ignores its child must not: it would inherit that.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    let flags = Int16(POSIX_SPAWN_SETSIGDEF) | (files.isTerminal ? Self.newSession : 0)
    posix_spawnattr_setflags(&attributes, flags)
    let setpriv = try Programs.system("setpriv", package: "util-linux")
    let arguments = [setpriv, "--pdeathsig", "KILL", "--"] + command
    let variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"].merging(environment) { $1 }
    var pid: pid_t = 0
    let result = withCStrings(arguments) { arguments in
      withCStrings(variables.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawn(&pid, setpriv, &actions, &attributes, arguments, variables)
      }
    }
    guard result == 0 else { throw BenchError("\(command[0]) cannot be started: \(String(cString: strerror(result)))") }
    self.pid = pid
  }

  var usage: ProcessUsage { ProcessUsage(pid: pid) }

  /// Waits for its end; true when that was a success.
  @discardableResult
  func wait() -> Bool {
    guard !hasEnded else { return true }
    hasEnded = true
    var status: Int32 = 0
    var usage = rusage()
    while wait4(pid, &status, 0, &usage) < 0, errno == EINTR {}
    cpuSecondsAtEnd = [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    return status == 0
  }

  func end(_ signal: Int32 = SIGKILL) {
    guard !hasEnded else { return }
    kill(pid, signal)
    wait()
  }

  deinit { end() }
}
