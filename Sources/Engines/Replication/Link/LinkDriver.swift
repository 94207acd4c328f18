import Operations

/// Keeps one link going: does what ``LinkMachine`` says through the port, one thing at a time, and holds what it
/// reports.
actor LinkDriver {
  nonisolated let link: ReplicatedLink
  nonisolated let port: any ReplicationLinkPort
  private let clock: any Clock<Duration>
  private let wallClock: any WallClock
  private let times: ReplicationTimes
  private(set) var machine: LinkMachine
  private(set) var gauge = LinkGauge()
  private(set) var differences: [String: [TableDifference]] = [:]
  private var task: Task<Void, Never>?
  /// Told when the databases have the link the other way round.
  private let turned: @Sendable (LinkDriver) async -> Void
  /// What was found when the link was made ready, until it begins.
  private var adopted: LinkInspection?
  /// Whether it runs, and is not ended or looking only.
  private var isRunning = false
  /// When nothing was found to be left at the source, for a reversal that follows.
  private var drainedAt: Timestamp?
  /// Set while somebody has stopped the work for a change of their own.
  private var isHeld = false
  /// What the target has yet to be told of a pause.
  private var owed: Bool?
  /// Whether the stream that was begun last has told anything.
  private var isHeard = false
  private var isLooking = false
  private var isNoticing = false
  /// Reports of rows that were applied.
  private(set) var workReports = 0
  /// Grows with every change that somebody held the work for: a look that began before it saw what is no more.
  private var changes = 0

  init(
    link: ReplicatedLink, port: any ReplicationLinkPort, clock: any Clock<Duration>, wallClock: any WallClock,
    times: ReplicationTimes, isPaused: Bool, adopted: LinkInspection? = nil,
    turned: @escaping @Sendable (LinkDriver) async -> Void
  ) {
    self.link = link
    self.port = port
    self.clock = clock
    self.wallClock = wallClock
    self.times = times
    self.adopted = adopted
    self.turned = turned
    machine = LinkMachine(at: wallClock.now())
    if isPaused { _ = machine.handle(.pause, at: wallClock.now()) }
  }

  /// Until cancelled. When it returns, nothing is received or applied any more.
  func run() async {
    isRunning = true
    isLooking = false
    answer(adopted.map { .prepared($0) } ?? .begin)
    adopted = nil
    await watch()
    isRunning = false
    await endWork()
  }

  /// Looks and touches nothing, until cancelled.
  func look() async {
    isLooking = true
    await watch()
    isLooking = false
  }

  /// - Throws: when the servers go on by themselves and could not be told to stop; the link then goes on as before.
  func pause() async throws {
    let rested = isPaused
    _ = machine.handle(.pause, at: wallClock.now())
    await endWork()
    do {
      try await port.halt()
    } catch {
      if !rested { resume() }
      throw error
    }
  }

  var isPaused: Bool { machine.state == .paused }

  /// Has the target know whether an operator has paused the link, as soon as it can be told.
  ///
  /// - Returns: why it could not be told now.
  func note(isPaused: Bool) async -> String? {
    owed = isPaused
    do { try await pay() } catch { return "\(error)" }
    return nil
  }

  private func pay() async throws {
    guard let owed else { return }
    try await port.note(isPaused: owed)
    if self.owed == owed { self.owed = nil }
  }

  /// From here on, and for a while, it is only turned round when nothing is left at its source.
  func turnOnlyDrained() { drainedAt = wallClock.now() }

  /// A reversal that was given up must not hold one that comes later, for another reason.
  var turnsOnlyDrained: Bool { drainedAt.map { wallClock.now() - $0 < Self.drainLasts } ?? false }

  private static let drainLasts: Duration = .seconds(600)

  /// Whether the target makes indexes or constraints now, which tells nothing until it is done.
  var isRebuilding: Bool { gauge.isRebuilding }

  func resume() { follow(machine.handle(.resume, at: wallClock.now())) }

  /// Resumes it whatever the target's books say of a pause: they are put right before it begins.
  func release() {
    owed = false
    resume()
  }

  func lookAgain() { follow(machine.handle(.lookAgain, at: wallClock.now())) }

  /// Does `body` while the link's own work has ended, then looks again.
  func holding<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
    isHeld = true
    await endWork()
    defer {
      changes += 1
      isHeld = false
      lookAgain()
    }
    return try await body()
  }

  /// Ends the link's own work for good; for a link that another takes the place of.
  func retire() async {
    isRunning = false
    await endWork()
  }

  func took(_ outcomes: [String: VerifyOutcome]) {
    gauge.took(outcomes)
    for (table, outcome) in outcomes { differences[table] = outcome.differences }
  }

  /// The tables' rows at the target are to be copied anew.
  func discarded(_ tables: [String]) {
    gauge.discarded(tables)
    forgetVerify(of: tables)
  }

  func forgetVerify(of tables: [String]) {
    gauge.forgetVerify(of: tables)
    for table in tables { differences[table] = nil }
  }

  /// The tables as they were last seen. A link that was just made, or turned round, is looked at first.
  ///
  /// - Throws: when a side cannot be asked.
  func tables() async throws -> [String: ReplicatedTable] {
    if gauge.tables.isEmpty {
      let inspection = try await port.inspect()
      if gauge.tables.isEmpty {
        gauge.took(inspection, streams: machine.work == .stream && isRunning, at: wallClock.now())
      }
    }
    return gauge.tables
  }

  /// The position that the link last reported as durable at the target.
  var position: LSN? { gauge.lag.appliedPosition }

  func snapshot(at now: Timestamp) -> ReplicationLinkSnapshot {
    var snapshot = ReplicationLinkSnapshot(
      id: link.id, mode: link.mode, source: link.source, target: link.target, state: machine.state,
      since: machine.since)
    snapshot.reasons = machine.reasons
    snapshot.logAlarmBytes = link.logAlarmBytes
    gauge.fill(&snapshot, at: now)
    guard !isRunning else { return snapshot }
    guard !gauge.isPaused else {
      snapshot.state = .paused
      snapshot.reasons.append("it was paused, and nobody has resumed it")
      return snapshot
    }
    // Another host may have done anything with it since this one had it: only what both sides show is known.
    guard snapshot.slot?.fresh(at: now)?.active == true else {
      snapshot.state = .preparing
      snapshot.reasons.append(
        "how it stands is not known from here: this host only looks; whoever holds the lease keeps it going")
      return snapshot
    }
    let isInStep = snapshot.lag?.fresh(at: now).map { lag in
      lag.appliedSeconds <= (link.lagLimit + times.inspection * 2).inSeconds || lag.appliedBytes <= Self.unstored
    }
    snapshot.state = isInStep == true ? .streaming : .catchingUp
    snapshot.reasons.append("another host keeps it going")
    return snapshot
  }

  /// Log that may hold no change: a stream in step need not have stored it as passed, and whoever only looks sees it as
  /// missing, longer and longer.
  private static let unstored: UInt64 = 1024 * 1024

  // MARK: The work

  private func follow(_ action: LinkMachine.Action?) {
    guard let action, isRunning, !isHeld else { return }
    let before = task
    before?.cancel()
    // The old work may still hold the slot: the new begins when it has ended.
    task = Task {
      await before?.value
      if let event = await self.carryOut(action) { self.answer(event) }
    }
  }

  private func answer(_ event: LinkMachine.Event) {
    // Work that was ended has nothing to say, whatever it ended with.
    guard !Task.isCancelled else { return }
    if case .prepared(let inspection) = event {
      gauge.took(inspection, streams: false, at: wallClock.now())
      tell(inspection)
    }
    if event == .copied { gauge.baselineEnded() }
    if case .failed = event { gauge.rebuildingEnded() }
    follow(machine.handle(event, at: wallClock.now()))
  }

  private func tell(_ inspection: LinkInspection) {
    guard inspection.isTurned else { return }
    // Not waited for: it ends this driver.
    Task { [turned] in await turned(self) }
  }

  private func carryOut(_ action: LinkMachine.Action) async -> LinkMachine.Event? {
    guard !Task.isCancelled else { return nil }
    do {
      switch action {
      case .rest: return nil
      case .wait(let time):
        try await clock.sleep(for: time)
        return .waited
      case .work(.prepare):
        try await pay()
        return .prepared(try await port.prepare())
      case .work(.copy):
        try await port.copyBaseline { [weak self] in await self?.heard($0) }
        return .copied
      case .work(.stream):
        isHeard = false
        try await port.stream { [weak self] in await self?.heard($0) }
        return .failed(.unreachable("the stream ended"))
      }
    } catch let failure as LinkFailure {
      return .failed(failure)
    } catch {
      return .failed(.unreachable("\(error)"))
    }
  }

  private func heard(_ report: LinkReport) {
    let now = wallClock.now()
    let before = position ?? .zero
    gauge.took(report, at: now)
    if report.tellsOfWork { workReports += 1 }
    if case .parked = report { machine.tookAside() }
    guard case .applied = report, let lag = gauge.lag.lag(at: now) else { return }
    isHeard = true
    machine.streams(
      behind: .seconds(lag.appliedSeconds), limit: link.lagLimit, isFurther: position ?? .zero > before, at: now)
  }

  private func endWork() async {
    let ending = task
    task = nil
    ending?.cancel()
    await ending?.value
    gauge.rebuildingEnded()
  }

  // MARK: The watch

  /// A sample each second, and a look every few: while a stream goes on, and where there is nothing but looking.
  private func watch() async {
    var sinceLook = times.inspection
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        gauge.sample(machine.state, at: wallClock.now())
        if sinceLook >= times.inspection, !isNoticing {
          sinceLook = .zero
          isNoticing = true
          // While the target is away, or is being filled, the source keeps more and more for it.
          group.addTask { [wantsNotice] in await wantsNotice ? self.notice() : self.noticeSlot() }
        }
        do { try await clock.sleep(for: .seconds(1)) } catch { break }
        sinceLook += .seconds(1)
        let now = wallClock.now()
        if machine.work == .stream, isHeard, let lag = gauge.lag.lag(at: now) {
          machine.streams(behind: .seconds(lag.appliedSeconds), limit: link.lagLimit, isFurther: false, at: now)
        }
      }
      group.cancelAll()
    }
  }

  private var wantsNotice: Bool { isLooking || machine.work == .stream || machine.state == .paused }

  private func noticeSlot() async {
    defer { isNoticing = false }
    guard let slot = try? await port.slot(), !Task.isCancelled else { return }
    gauge.took(slot, at: wallClock.now())
  }

  private func notice() async {
    defer { isNoticing = false }
    // A side that cannot be asked now is told of by the stream, or shown by the age of what was seen.
    let before = changes
    if isRunning { try? await pay() }
    guard let inspection = try? await port.inspect() else {
      // While the target is away the source keeps more and more for it, also where the link rests.
      if let slot = try? await port.slot(), !Task.isCancelled { gauge.took(slot, at: wallClock.now()) }
      return
    }
    guard !Task.isCancelled, changes == before, !isHeld else { return }
    let now = wallClock.now()
    gauge.took(inspection, streams: machine.work == .stream && isRunning, at: now)
    tell(inspection)
    if isRunning { follow(machine.handle(.noticed(inspection), at: now)) }
  }
}
