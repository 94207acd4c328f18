import Glibc
import Synchronization

/// Starts processes, all from one thread that lives as long as this process.
///
/// A parent-death signal is sent when the *thread* that made the child ends (prctl(2)), so a child started from a pool
/// thread would die when the pool shrinks.
final class Spawner: Sendable {
  static let shared = Spawner()

  private typealias Job = @Sendable () -> Void
  private let jobs = Mutex<[Job]>([])
  private let available: SendableSemaphore

  private init() {
    available = SendableSemaphore()
    startThread { [self] in
      while true {
        available.wait()
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?()
      }
    }
  }

  func spawn(_ launch: Launch, setpriv: String) async throws -> ChildProcess {
    try await withCheckedThrowingContinuation { continuation in
      jobs.withLock { $0.append { continuation.resume(with: Result { try Self.start(launch, setpriv: setpriv) }) } }
      available.signal()
    }
  }

  private static func start(_ launch: Launch, setpriv: String) throws -> ChildProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input = launch.input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, launch.output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    let group = launch.hasOwnGroup ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | group))
    let environment = Launch.basicEnvironment.merging(launch.environment) { $1 }
    let command = launch.command(setpriv: setpriv)
    var pid: pid_t = 0
    let result = withCStrings(command) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
        posix_spawn(&pid, command[0], &actions, &attributes, arguments, variables)
      }
    }
    guard result == 0 else { throw LabError.system(launch.executable, "cannot be started", errno: result) }
    let child = ChildProcess(pid: pid)
    startThread { child.reap() }
    return child
  }
}

/// Calls `body` with a null-terminated array of C strings.
func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    // Never empty: it ends with the terminator.
    body(buffer.baseAddress.unsafelyUnwrapped)
  }
}
