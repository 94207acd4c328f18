import Dispatch
import Glibc
import Operations

/// The life of the supervisor's process.
public enum SupervisorProcess {
  /// Runs a lab until it is told to end.
  ///
  /// Standard input is the channel to the command that started it: progress goes there until the lab is up or has
  /// failed. A command that goes away before that takes the lab with it.
  ///
  /// - Returns: the exit status.
  public static func run(_ settings: LabSettings) async -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    setsid()
    let channel = LineChannel(descriptor: takeStandardInput())
    let begun = ContinuousClock.now
    let progress: @Sendable (String) -> Bool = { message in
      log(message)
      return channel.send(ControlReply.progress(progressed(message, since: begun)))
    }
    let foundation: LabFoundation
    let keeper: ChildProcess
    do {
      foundation = try LabFoundation.lay(settings)
      keeper = try await foundation.startGuard()
    } catch {
      channel.send(ControlReply.failed(labError(error)))
      return 1
    }
    let status = await live(foundation, begun: begun, channel: channel, progress: progress)
    foundation.remains.remove()
    foundation.lifeline.cut()
    _ = await keeper.end()
    return status
  }

  private static func live(
    _ foundation: LabFoundation, begun: ContinuousClock.Instant, channel: LineChannel,
    progress: @escaping @Sendable (String) -> Bool
  ) async -> Int32 {
    do {
      let supervisor = try Supervisor(plan: foundation.plan, say: log)
      let ends = EndRequests()
      do {
        let starting = Task {
          try await supervisor.start { if !progress($0) { ends.request(nil) } }
          await supervisor.markStarted((ContinuousClock.now - begun))
        }
        ends.onRequest { starting.cancel() }
        try await starting.value
        let server = try ControlServer(supervisor: supervisor, directory: foundation.plan.directory, ends: ends)
        try await supervisor.addUsers()
        let status = await supervisor.status()
        try foundation.plan.directory.writeState(status)
        if !channel.send(ControlReply.done(status)) { ends.request(nil) }
        let reply = await ends.wait()
        server.stopListening()
        let ending = ContinuousClock.now
        await supervisor.stop()
        reply?(status, ContinuousClock.now - ending)
        return 0
      } catch {
        await supervisor.stop()
        throw error
      }
    } catch {
      log("\(error)")
      channel.send(ControlReply.failed(labError(error)))
      return 1
    }
  }

  /// The channel, under another number, with /dev/null in its place.
  private static func takeStandardInput() -> Int32 {
    let channel = fcntl(0, F_DUPFD_CLOEXEC, 3)
    let null = open("/dev/null", O_RDWR)
    if null > 0 {
      dup2(null, 0)
      close(null)
    }
    return channel
  }

  static func progressed(_ message: String, since begun: ContinuousClock.Instant) -> LabProgress {
    LabProgress(message: message, elapsedSeconds: (ContinuousClock.now - begun) / .seconds(1))
  }

  static func labError(_ error: any Error) -> LabError {
    if error is CancellationError { return LabError("lab up", "it was interrupted") }
    return error as? LabError ?? LabError("lab", "\(error)")
  }

  /// To the supervisor's log, which is its standard error.
  @Sendable static func log(_ message: String) {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let time = Timestamp(microsecondsSinceEpoch: Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)
    let line = Array("\(time) \(message)\n".utf8)
    _ = write(2, line, line.count)
  }
}
