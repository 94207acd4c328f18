import Glibc

/// Commands to a lab: what `signalbox lab …` does, for programs.
public struct Lab: Sendable {
  public let directory: LabDirectory

  public init(directory: LabDirectory) { self.directory = directory }

  /// Whether a supervisor lives there.
  public var isRunning: Bool { LabLock.isHeld(directory) }

  /// Brings a lab up and returns when all of it is healthy.
  ///
  /// - Parameter progress: called from a thread of its own.
  /// - Throws: ``LabError`` naming the part that failed; nothing is left running then. Cancelling does the same.
  public static func up(
    _ settings: LabSettings, progress: @escaping @Sendable (LabProgress) -> Void
  ) async throws -> LabStatus {
    try settings.validate()
    let executables = try Executables.find()
    let directory = LabDirectory(settings.directory)
    try claim(directory)
    if LabLock.isHeld(directory) { throw LabLock.held(directory) }
    try renewLogs(directory)
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw LabError.system("lab up", "no channel", errno: errno)
    }
    let channel = LineChannel(descriptor: ends[0])
    var arguments = ["lab", "supervise", "--directory", directory.path, "--instances", String(settings.instances)]
    arguments += ["--ttl", String(settings.ttlSeconds), "--users", String(settings.users)]
    arguments += ["--replication", settings.replication.rawValue]
    arguments += ["--fencing", settings.fencing.rawValue, "--automation", settings.automation.rawValue]
    if let network = settings.network { arguments += ["--network", String(network)] }
    var launch = Launch(executables.signalbox, arguments, in: directory.path, output: directory.log("supervisor"))
    launch.input = ends[1]
    launch.diesWithParent = false
    launch.hasOwnGroup = false
    defer { close(ends[1]) }
    _ = try await Spawner.shared.spawn(launch, setpriv: executables.setpriv)
    close(ends[1])
    ends[1] = -1
    let log = directory.log("supervisor")
    do {
      return try await conclude(channel, progress: progress) {
        LabError("supervisor", "it ended before the lab was up", remedy: "its log ends: \(LogTail.last(ofFile: log))")
      }
    } catch {
      await Lab(directory: directory).waitForEnd()
      throw Task.isCancelled ? LabError("lab up", "it was interrupted; nothing is left running") : error
    }
  }

  public func status() async throws -> LabStatus { try await ask(.status) }

  public func inject(_ fault: Fault) async throws -> LabStatus { try await ask(.fault(fault)) }

  /// Takes back one fault, or all, and returns when all is healthy again that no other fault concerns.
  public func heal(_ fault: Fault?) async throws -> LabStatus { try await ask(.heal(fault)) }

  /// Ends the lab; where none lives, removes what a crash has left.
  ///
  /// - Returns: whether one was running.
  @discardableResult
  public func down() async throws -> Bool {
    guard isRunning else {
      if Files.exists(directory.marker) {
        LabRemains(directory: directory).kill()
        LabRemains(directory: directory).remove()
      }
      return false
    }
    _ = try await ask(.down)
    await waitForEnd()
    return true
  }

  /// The lock is the last thing a supervisor lets go of. It is waited for even by a task that is cancelled.
  private func waitForEnd() async {
    await Task.detached {
      for _ in 0..<1000 where isRunning { try? await Task.sleep(for: .milliseconds(10)) }
    }.value
  }

  private func ask(_ request: ControlRequest) async throws -> LabStatus {
    let path = directory.path
    let nothing = LabError(path, "no lab runs here", remedy: "`signalbox lab up --directory \(path)` starts one")
    guard isRunning else { throw nothing }
    let descriptor: Int32
    do { descriptor = try UnixSocket.connect(directory.control) } catch {
      throw LabError(path, "the lab is still coming up, or is going down", remedy: "try again in some seconds")
    }
    // Healing waits for health, for as long as the supervisor allows it.
    UnixSocket.setReceiveTimeout(descriptor, seconds: 120)
    let channel = LineChannel(descriptor: descriptor)
    channel.send(request)
    return try await Self.conclude(channel, progress: { _ in }) {
      LabError("supervisor", "it did not answer", remedy: "its log is \(directory.log("supervisor"))")
    }
  }

  /// Reads replies until the last one, on a thread.
  private static func conclude(
    _ channel: LineChannel, progress: @escaping @Sendable (LabProgress) -> Void,
    silence: @escaping @Sendable () -> LabError
  ) async throws -> LabStatus {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        startThread {
          while let reply = channel.receive(ControlReply.self) {
            switch reply {
            case .progress(let step): progress(step)
            case .done(let status): return continuation.resume(returning: status)
            case .failed(let error): return continuation.resume(throwing: error)
            }
          }
          continuation.resume(throwing: silence())
        }
      }
    } onCancel: {
      channel.shutDown()
    }
  }

  /// Makes the directory a lab's, unless it holds something else.
  private static func claim(_ directory: LabDirectory) throws {
    try Files.makeFolder(directory.path, mode: geteuid() == 0 ? 0o711 : 0o700)
    if !Files.exists(directory.marker) {
      guard try Files.isEmpty(directory.path) else {
        throw LabError(
          directory.path, "it is not empty, and what is in it is no lab",
          remedy: "choose an empty or a new --directory: a lab removes files in its own")
      }
      try Files.write(
        "A lab of Signalbox: `signalbox lab up` makes it, `signalbox lab down` ends it.\n", to: directory.marker)
    }
  }

  /// An error quotes the logs of its own run; those of the run before are kept beside them.
  private static func renewLogs(_ directory: LabDirectory) throws {
    Files.remove(directory.logs + ".previous")
    rename(directory.logs, directory.logs + ".previous")
    try Files.makeFolder(directory.logs, mode: 0o700)
  }
}
