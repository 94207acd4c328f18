import Lab
public import Operations

/// One run of a drill: performs the acts, while users and watches do their part.
public actor DrillRun {
  let plan: DrillPlan
  let stage: any DrillStage
  let recorder: DrillRecorder
  let levers: DrillLevers
  let rows: RowNumbers
  let tell: @Sendable (DrillSnapshot) async -> Void
  private var users: Task<Void, Never>?
  /// The operation that the drill or the host has begun.
  var operation: OperationID?

  /// - Parameters:
  ///   - token: tells this run's rows from all others.
  ///   - actor: who is said to have pulled the levers.
  ///   - tell: what goes on, once a second.
  public init(
    _ plan: DrillPlan, on stage: any DrillStage, at now: Timestamp, token: String, actor: String,
    tell: @escaping @Sendable (DrillSnapshot) async -> Void
  ) {
    self.plan = plan
    self.stage = stage
    self.tell = tell
    recorder = DrillRecorder(plan: plan, begunAt: now)
    levers = DrillLevers(stage: stage, recorder: recorder, actor: actor)
    rows = RowNumbers(run: token)
  }

  /// - Throws: what made going on senseless. Faults are healed then, as far as that is possible.
  public func perform() async throws -> DrillRecording {
    let watches = Task { [stage, recorder] in await DrillWatches(stage: stage, recorder: recorder).run() }
    let telling = Task { await self.tellEverySecond() }
    do {
      for act in plan.acts {
        try Task.checkCancellation()
        recorder.mark(.phase, act.phrase)
        try await perform(act)
      }
    } catch {
      await end([watches, telling])
      await healAfterFailure()
      throw error
    }
    await end([watches, telling])
    return recorder.recording()
  }

  private func end(_ tasks: [Task<Void, Never>]) async {
    await dismissUsers()
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// Even of a drill that was interrupted nothing is left broken.
  private func healAfterFailure() async {
    guard plan.name.needsLab, recorder.zero != nil else { return }
    let stage = stage
    await Task.detached { try? await stage.heal() }.value
  }

  private func perform(_ act: DrillAct) async throws {
    switch act {
    case .warmUp(let seconds):
      sendUsers()
      try await Task.sleep(for: .seconds(seconds))
    case .baseline(let seconds):
      let now = recorder.now
      recorder.change { $0.baselineSeconds = now }
      try await Task.sleep(for: .seconds(seconds))
    case .inject(let fault):
      recorder.startClock()
      recorder.mark(.fault, "\(fault)")
      try await stage.inject(fault)
    case .ask(let request): try await ask(request)
    case .awaitAction(let request, let seconds): try await awaitAction(request, within: .seconds(seconds))
    case .crashHost(let step, let seconds): try await crashHost(at: step, within: .seconds(seconds))
    case .observe(let seconds):
      let left = (recorder.zero ?? recorder.now) + seconds - recorder.now
      if left > 0 { try await Task.sleep(for: .seconds(left)) }
    case .countRows(let inTheEnd): await countRows(inTheEnd: inTheEnd)
    case .heal: try await heal()
    case .restore(let primary, let method, let seconds):
      await restore(primary: primary, method, within: .seconds(seconds))
    case .settle(let seconds): try await Task.sleep(for: .seconds(plan.settings.users > 0 ? seconds : 0))
    case .dismissUsers: await dismissUsers()
    case .compareSides(let seconds): await compareSides(within: .seconds(seconds))
    case .removeRows: await removeRows()
    }
  }

  private func heal() async throws {
    let now = recorder.now
    recorder.change { $0.healedSeconds = now }
    recorder.mark(.heal, "every fault is taken back")
    try await stage.heal()
  }

  private func sendUsers() {
    guard plan.settings.users > 0 else { return }
    users = Task { [stage, recorder, rows] in
      do { try await stage.sendUsers(log: recorder.log, rows: rows) } catch {
        recorder.trouble("no users could be sent: \(error)")
      }
    }
  }

  private func dismissUsers() async {
    guard let users else { return }
    let now = recorder.now
    recorder.change { $0.usersLeftSeconds = now }
    users.cancel()
    await users.value
    self.users = nil
  }
}
