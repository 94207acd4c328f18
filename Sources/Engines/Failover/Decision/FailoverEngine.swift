public import Operations

/// Feeds the machine that decides, and performs what it says. It decides nothing.
///
/// What it does takes place one after the other, in a task of its own: whoever hands it a snapshot never waits for a
/// plan, and a plan may ask for a snapshot.
public actor FailoverEngine {
  private var machine: FailoverMachine
  private let levers: any AutomaticLevers
  private let journal: any JournalPort
  private let clock: any Clock<Duration>
  private let wallClock: any WallClock
  private enum Job: Sendable {
    case action(FailoverMachine.Action)
    case writeOwed
  }

  private var waiting: [Job] = []
  private var worker: Task<Void, Never>?
  private var alarm: (at: Timestamp, task: Task<Void, Never>)?
  /// What a person said and the journal did not take yet. Until it has, the journal is not read again.
  private var unwritten: [JournalEntry.Draft] = []
  private var isStopped = false

  public init(
    policy: FailoverPolicy, levers: any AutomaticLevers, journal: any JournalPort, clock: any Clock<Duration>,
    wallClock: any WallClock
  ) {
    self.levers = levers
    self.journal = journal
    self.clock = clock
    self.wallClock = wallClock
    machine = FailoverMachine(policy: policy, at: wallClock.now())
  }

  /// Takes in the newest view of the world; what the databases say of their roles is read in its `failover.roles`.
  ///
  /// - Returns: the engine's own part of that view.
  @discardableResult
  public func take(_ snapshot: Snapshot) -> FailoverSnapshot {
    if !unwritten.isEmpty, snapshot.journalFault == nil, worker == nil { waiting.append(.writeOwed) }
    feed(.snapshot(snapshot))
    return machine.view(at: wallClock.now())
  }

  public func view(at now: Timestamp) -> FailoverSnapshot { machine.view(at: now) }

  /// Does what a person says. A pause takes effect at once, whatever becomes of the journal; the rest when it is
  /// durable.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` when it would change nothing; ``HostError/failed(_:)`` when it could not
  ///   be made durable.
  public func change(_ change: AutomationChange, actor: String) async throws {
    let now = wallClock.now()
    if let objection = machine.objection(to: change, at: now) { throw HostError.invalidRequest(objection) }
    let draft = JournalEntry.Draft(at: now, operation: nil, actor: actor, kind: .automation(change))
    let isUrgent = change == .pause || change == .stopCountdown
    if isUrgent { feed(.changed(change, actor: actor)) }
    do {
      _ = try await journal.append(draft)
    } catch {
      if change == .pause { unwritten.append(draft) }
      throw HostError.failed("\(isUrgent ? "done, but not durable" : "not done"): \(error)")
    }
    if !isUrgent {
      if change == .resume { unwritten = [] }
      feed(.changed(change, actor: actor))
    }
  }

  /// Ends what waits. What was begun through the levers goes on; nothing new is begun.
  public func stop() async {
    isStopped = true
    waiting = []
    alarm?.task.cancel()
    alarm = nil
    worker?.cancel()
    await worker?.value
    worker = nil
  }

  /// Returns when everything that the machine has asked for so far has been done.
  public func settle() async {
    while let worker { await worker.value }
  }

  private func feed(_ event: FailoverMachine.Event) {
    guard !isStopped else { return }
    let now = wallClock.now()
    waiting += machine.handle(event, at: now).map(Job.action)
    setAlarm(at: machine.nextLook(after: now), now)
    guard worker == nil, !waiting.isEmpty else { return }
    worker = Task { await self.work() }
  }

  private func work() async {
    while !waiting.isEmpty, !Task.isCancelled {
      switch waiting.removeFirst() {
      case .action(let action): await perform(action)
      case .writeOwed: try? await writeOwed()
      }
    }
    worker = nil
  }

  private func perform(_ action: FailoverMachine.Action) async {
    switch action {
    case .recall: await recall()
    case .remember(let kind):
      // A hint for the next start: without it that start waits to see for itself.
      _ = try? await journal.append(draft(kind))
    case .propose(let request): feed(.planned(request, held: await judge(request)))
    case .execute(let request, let ledger): await execute(request, for: ledger)
    case .note(let message, let severity): await levers.note(message, severity: severity)
    }
  }

  private func judge(_ request: FailoverRequest) async -> [InterlockVerdict] {
    do {
      return try await levers.judge(request)
    } catch {
      return [.noPlan(error)]
    }
  }

  /// The reasons are durable before anything is done for them. A pause that comes between is obeyed.
  private func execute(_ request: FailoverRequest, for ledger: [FailoverCondition]) async {
    do {
      guard machine.mayBegin(request) else { throw HostError.failed("it was paused") }
      _ = try await journal.append(draft(.decided(request, ledger: ledger)))
      guard machine.mayBegin(request) else { throw HostError.failed("it was paused") }
      feed(.started(request, try await levers.execute(request)))
    } catch {
      feed(.refused(request, "\(error)"))
    }
  }

  /// Reads the journal from its beginning, after what it is owed has been written.
  private func recall() async {
    do {
      try await writeOwed()
      var reader = FailoverMemory.Reader()
      var last: Int64 = 0
      while true {
        let entries = try await journal.entries(after: last, limit: 500)
        for entry in entries { reader.read(entry) }
        guard let newest = entries.last else { break }
        last = newest.sequence
      }
      feed(.recalled(reader.memory))
    } catch {
      feed(.recallFailed("\(error)"))
    }
  }

  private func writeOwed() async throws {
    while let owed = unwritten.first {
      _ = try await journal.append(owed)
      if unwritten.first == owed { unwritten.removeFirst() }
    }
  }

  private func draft(_ kind: JournalEntry.Kind) -> JournalEntry.Draft {
    JournalEntry.Draft(at: wallClock.now(), operation: nil, actor: FailoverMemory.automatic, kind: kind)
  }

  /// Looks again when the next thing is due, and not only when the next snapshot comes.
  private func setAlarm(at next: Timestamp?, _ now: Timestamp) {
    guard alarm?.at != next else { return }
    alarm?.task.cancel()
    alarm = nil
    guard let next else { return }
    alarm = (
      next,
      Task { [clock, weak self] in
        guard (try? await clock.sleep(for: next - now)) != nil else { return }
        await self?.ring(next)
      }
    )
  }

  private func ring(_ at: Timestamp) {
    guard alarm?.at == at else { return }
    alarm = nil
    feed(.look)
  }
}
