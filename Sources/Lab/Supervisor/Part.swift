import Glibc

/// One process of the lab that is kept running: started again when it dies, unless a fault holds it down.
actor Part {
  nonisolated let name: String
  /// Made anew for every start; prepares what the start needs.
  private let launch: @Sendable () throws -> Launch
  private let setpriv: String
  private let report: @Sendable (String) -> Void
  /// Told when it ends and nobody wanted it to.
  private let died: @Sendable (ChildProcess.Ending) -> Void
  private var backoff: Backoff
  private var child: ChildProcess?
  private var holders: Set<String> = []
  private var isEnded = false
  private var isStarting = false

  init(
    _ name: String, setpriv: String, backoff: Backoff, report: @escaping @Sendable (String) -> Void,
    died: @escaping @Sendable (ChildProcess.Ending) -> Void, launch: @escaping @Sendable () throws -> Launch
  ) {
    self.name = name
    self.setpriv = setpriv
    self.backoff = backoff
    self.report = report
    self.died = died
    self.launch = launch
  }

  /// Nil while it does not run.
  var pid: pid_t? { child?.pid }

  var isHeld: Bool { !holders.isEmpty }

  /// Starts it unless it runs, is held, or the lab ends.
  func start() async throws {
    guard child == nil, !isStarting, holders.isEmpty, !isEnded else { return }
    isStarting = true
    defer { isStarting = false }
    let child = try await Spawner.shared.spawn(launch(), setpriv: setpriv)
    self.child = child
    // A hold or an end that came while it was being started.
    if isEnded || !holders.isEmpty { child.signal(SIGKILL) }
    let startedAt = ContinuousClock.now
    Task {
      let ending = await child.end()
      await self.ended(ending, after: ContinuousClock.now - startedAt)
    }
  }

  private func ended(_ ending: ChildProcess.Ending, after uptime: Duration) async {
    child = nil
    guard holders.isEmpty, !isEnded else { return }
    died(ending)
    if uptime > .seconds(20) { backoff.reset() }
    let delay = backoff.take()
    report("\(name) \(ending) after \(uptime); starting it again in \(delay)")
    try? await Task.sleep(for: delay)
    do { try await start() } catch { report("\(name) was not started again: \(error)") }
  }

  /// Keeps it down on behalf of `holder` until released.
  func hold(by holder: String) async {
    holders.insert(holder)
    await kill()
  }

  /// Starts it when nobody else holds it.
  func release(by holder: String) async throws {
    holders.remove(holder)
    backoff.reset()
    try await start()
  }

  /// Starts it without waiting for its back-off to pass.
  func startNow() async throws {
    backoff.reset()
    try await start()
  }

  /// Kills it now; what follows depends on who holds it.
  func kill() async {
    guard let child else { return }
    child.signal(SIGKILL)
    _ = await child.end()
    self.child = nil
  }

  func signal(_ signal: Int32) { child?.signal(signal) }

  /// Ends it for good: asked first, killed after `grace`.
  func end(_ signal: Int32 = SIGTERM, grace: Duration) async {
    isEnded = true
    guard let child else { return }
    child.signal(SIGCONT)
    child.signal(signal)
    let watchdog = Task {
      try await Task.sleep(for: grace)
      child.signal(SIGKILL)
    }
    _ = await child.end()
    watchdog.cancel()
    self.child = nil
  }
}
