import Drill
import FoundationEssentials
import Glibc
import Host
import Operations

/// The host of a lab: the one that serves, or one that the drill starts as a process of its own, so that it can be killed
/// and does not share the users' process.
actor DrillHostProcess: DrillHost {
  private let configuration: String
  private let socket: String
  private let log: String
  private var pid: pid_t?
  private var isOwn = false

  private static let startLimit = Duration.seconds(20)
  private static let endLimit = Duration.seconds(10)

  /// - Parameters:
  ///   - configuration: the file.
  ///   - socket: where the host serves.
  ///   - log: where its output goes.
  init(configuration: String, socket: String, log: String) {
    self.configuration = configuration
    self.socket = socket
    self.log = log
  }

  /// Attaches to the host that serves, or starts one.
  ///
  /// - Parameter mustBeOwn: the drill is going to kill it.
  func begin(mustBeOwn: Bool) async throws {
    guard await RemoteHostClient.isServed(socket) else { return try await start() }
    if mustBeOwn {
      throw HostError.failed("this drill kills the host, and the one that serves the lab is not its own; end it first")
    }
  }

  func client() async throws -> any HostClient { try RemoteHostClient(path: socket) }

  func start() async throws {
    isOwn = true
    let spawned = try Self.spawn(["run", "--config", configuration], log: log)
    pid = spawned
    let deadline = ContinuousClock.now + Self.startLimit
    while ContinuousClock.now < deadline {
      if await RemoteHostClient.isServed(socket) { return }
      if hasEnded(spawned) {
        pid = nil
        throw HostError.failed("the host ended as it was started; its log is \(log)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw HostError.failed("the host does not serve \(socket); its log is \(log)")
  }

  func kill() async throws {
    guard let pid else { throw HostError.failed("the host is not the drill's own") }
    Glibc.kill(pid, SIGKILL)
    await waitForEnd(of: pid)
    self.pid = nil
  }

  /// Ends the drill's own host in order.
  func end() async {
    guard isOwn, let pid else { return }
    Glibc.kill(pid, SIGTERM)
    await waitForEnd(of: pid)
    self.pid = nil
  }

  /// Even a task that is cancelled waits; a host that does not end by itself is killed.
  private func waitForEnd(of pid: pid_t) async {
    await Task.detached {
      let deadline = ContinuousClock.now + Self.endLimit
      var status: Int32 = 0
      while waitpid(pid, &status, WNOHANG) == 0 {
        if ContinuousClock.now >= deadline { Glibc.kill(pid, SIGKILL) }
        try? await Task.sleep(for: .milliseconds(10))
      }
    }.value
  }

  private nonisolated func hasEnded(_ pid: pid_t) -> Bool {
    var status: Int32 = 0
    return waitpid(pid, &status, WNOHANG) != 0
  }

  /// This program once more, in a process group of its own: Ctrl-C is for the drill, which ends its host itself.
  private static func spawn(_ arguments: [String], log: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var pid: pid_t = 0
    let result = posix_spawn(&pid, program, &actions, &attributes, &words, environ)
    guard result == 0 else {
      throw HostError.failed("the host cannot be started: \(String(cString: strerror(result)))")
    }
    return pid
  }
}
