/// Executes every plan of every engine: intent → perform → outcome, and again after a crash.
///
/// It decides nothing: interlocks are judged by whoever starts it, the order of things by ``OperationMachine``.
public actor PlanRunner {
  let journal: any JournalPort
  private let performers: [Plan.Kind: any StepPerformer]
  let clock: any WallClock
  /// For the pauses between attempts to take a step back.
  private let pauses: any Clock<Duration>
  /// Asked before each mutation; a reason refuses it.
  private let fence: @Sendable () async -> String?
  private let onChange: @Sendable (OperationSnapshot) async -> Void
  var machines: [OperationID: OperationMachine] = [:]
  private var tasks: [OperationID: Task<Void, Never>] = [:]
  /// Watches that a newer operation has made pointless.
  private var outrun: Set<OperationID> = []
  var performing: [OperationID: Task<OperationMachine.Event, Never>] = [:]
  /// What is being made durable now, by operation.
  var appending: [OperationID: Task<OperationMachine.Event, Never>] = [:]
  /// Operations that wait for a person.
  private var holding: [OperationID: AsyncStream<Void>.Continuation] = [:]

  public init(
    journal: any JournalPort, performers: [Plan.Kind: any StepPerformer], clock: any WallClock,
    pauses: any Clock<Duration> = ContinuousClock(), fence: @escaping @Sendable () async -> String?,
    onChange: @escaping @Sendable (OperationSnapshot) async -> Void
  ) {
    self.journal = journal
    self.performers = performers
    self.clock = clock
    self.pauses = pauses
    self.fence = fence
    self.onChange = onChange
  }

  /// Journals the start and begins. The plan's identifier becomes the operation's.
  ///
  /// - Throws: when the start could not be made durable; nothing was done then.
  public func start(_ plan: Plan, overriding: [InterlockName], actor: String) async throws -> OperationID {
    let now = clock.now()
    let machine = OperationMachine(plan: plan, actor: actor, overridden: overriding, at: now)
    let id = machine.snapshot.id
    _ = try await journal.append(
      JournalEntry.Draft(
        at: now, operation: id, actor: actor, kind: .operationStarted(plan: plan, overridden: overriding)))
    supersede(by: plan, id)
    run(machine)
    return id
  }

  /// Takes up what a crash left unfinished.
  public func resume() async throws -> [OperationID] {
    let entries = try await journal.unfinished()
    var resumed: [OperationID] = []
    for entry in entries {
      guard case .operationStarted = entry.kind, let id = entry.operation, machines[id] == nil else { continue }
      guard let machine = OperationMachine(resuming: entries.filter({ $0.operation == id })) else { continue }
      run(machine)
      resumed.append(id)
    }
    return resumed
  }

  /// Returns when the operation has ended; nil when it is not known.
  public func wait(for id: OperationID) async -> OperationSnapshot? {
    await tasks[id]?.value
    return machines[id]?.snapshot
  }

  /// Ends all waiting without an outcome, so that the next start resumes them.
  public func stop() {
    for task in tasks.values { task.cancel() }
    for task in performing.values { task.cancel() }
  }

  private func run(_ machine: OperationMachine) {
    let id = machine.snapshot.id
    machines[id] = machine
    tasks[id] = Task { await self.drive(id) }
  }

  private func drive(_ id: OperationID) async {
    var action = machines[id]?.begin(at: clock.now())
    while let current = action, !Task.isCancelled {
      await report(id)
      if current == .finished { break }
      guard let event = await carryOut(current, of: id), !Task.isCancelled else { break }
      action = machines[id]?.handle(event, at: clock.now())
    }
    await report(id)
  }

  private func carryOut(_ action: OperationMachine.Action, of id: OperationID) async -> OperationMachine.Event? {
    switch action {
    case .record(let kind): return await record(kind, of: id)
    case .perform(let step): return await perform(step, of: id)
    case .wait(let time):
      do { try await pauses.sleep(for: time) } catch { return nil }
      return .waited
    case .hold:
      await hold(id)
      return .woken
    case .finished: return nil
    }
  }

  private func record(_ kind: JournalEntry.Kind, of id: OperationID) async -> OperationMachine.Event {
    let draft = JournalEntry.Draft(
      at: clock.now(), operation: id, actor: machines[id]?.snapshot.actor ?? "", kind: kind)
    let task = Task { [journal] () -> OperationMachine.Event in
      do {
        _ = try await journal.append(draft)
        return .recorded
      } catch {
        return .recordFailed("\(error)")
      }
    }
    appending[id] = task
    defer { appending[id] = nil }
    return await task.value
  }

  private func perform(_ step: StepAction, of id: OperationID) async -> OperationMachine.Event {
    guard let machine = machines[id] else { return .refused("the operation is not known") }
    // What an earlier life began may have been done there.
    let refused = machine.isInterrupted ? OperationMachine.Event.failed : OperationMachine.Event.refused
    guard let performer = performers[machine.snapshot.kind] else { return refused("no engine performs this plan") }
    if step.mutates, let reason = await fence() { return refused(reason) }
    if machines[id]?.isCutShort == true || outrun.contains(id) { return .supersede }
    let task = Task { () -> OperationMachine.Event in
      do {
        return .performed(
          try await performer.perform(step) { detail in await self.progress(detail, of: id) })
      } catch let refusal as StepRefused {
        return Task.isCancelled ? .supersede : .refused(refusal.description)
      } catch {
        return Task.isCancelled ? .supersede : .failed("\(error)")
      }
    }
    performing[id] = task
    defer { performing[id] = nil }
    return await task.value
  }

  private func progress(_ detail: String, of id: OperationID) async {
    _ = machines[id]?.handle(.progressed(detail), at: clock.now())
    await report(id)
  }

  /// A running watch of the same thing is cancelled; its machine then ends as superseded.
  private func supersede(by plan: Plan, _ id: OperationID) {
    for (other, machine) in machines where other != id && !machine.snapshot.state.isFinal {
      guard machine.plan.kind == plan.kind, machine.plan.link == plan.link else { continue }
      guard machine.snapshot.onlyWatches else { continue }
      // It may be between two steps, where there is nothing to cancel.
      outrun.insert(other)
      performing[other]?.cancel()
    }
  }

  /// Returns once nothing holds the operation any more, or the runner stops.
  private func hold(_ id: OperationID) async {
    while machines[id]?.holds == true, !Task.isCancelled {
      let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
      holding[id] = continuation
      for await _ in stream { break }
      holding[id] = nil
    }
  }

  func wake(_ id: OperationID) { holding[id]?.yield() }

  func report(_ id: OperationID) async {
    if let snapshot = machines[id]?.snapshot { await onChange(snapshot) }
  }
}
