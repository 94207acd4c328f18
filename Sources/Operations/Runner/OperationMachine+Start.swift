extension OperationMachine {
  /// A new operation, before its first step.
  public init(plan: Plan, actor: String, overridden: [InterlockName], at now: Timestamp) {
    self.init(
      plan: plan, snapshot: OperationMachine.opening(plan, actor: actor, overridden: overridden, at: now), index: 0)
  }

  /// An operation as the journal left it. Nil when the entries hold no start, or it had ended.
  ///
  /// A step whose intent stands without an outcome is performed again: performing is idempotent. One that failed is not;
  /// what was being taken back goes on being taken back.
  public init?(resuming entries: [JournalEntry]) {
    guard let first = entries.first, case .operationStarted(let plan, let overridden) = first.kind else { return nil }
    let snapshot = OperationMachine.opening(plan, actor: first.actor, overridden: overridden, at: first.at)
    self.init(plan: plan, snapshot: snapshot, index: 0)
    for entry in entries.dropFirst() {
      if case .operationEnded = entry.kind { return nil }
      recall(entry)
    }
  }

  private mutating func recall(_ entry: JournalEntry) {
    switch entry.kind {
    case .stepIntended(let intended, _) where plan.steps.indices.contains(intended):
      snapshot.steps[intended].state = .running
      snapshot.steps[intended].startedAt = entry.at
      index = intended
      isInterrupted = true
    case .stepDone(let done, let detail) where plan.steps.indices.contains(done):
      close(.done, detail, at: entry.at)
      index = done + 1
      isInterrupted = false
    case .stepFailed(let failed, let reason) where plan.steps.indices.contains(failed):
      index = failed
      fail(reason, at: entry.at)
      touched.insert(failed)
      isInterrupted = false
    case .stepRefused(let refused, let reason) where plan.steps.indices.contains(refused):
      index = refused
      fail(reason, at: entry.at)
      isInterrupted = false
    case .compensationIntended, .compensationDone, .compensationFailed: recallTakingBack(entry)
    case .controlled(let control):
      undecided = control
      _ = decide(by: entry.actor)
    default: return
    }
  }

  /// An operation as it ended, for showing; nil when the entries hold no end.
  public static func ended(_ entries: [JournalEntry]) -> OperationSnapshot? {
    guard let last = entries.last, case .operationEnded(let state, let failure) = last.kind,
      var machine = OperationMachine(resuming: entries.dropLast())
    else { return nil }
    return machine.recall(state, failure: failure, at: last.at)
  }

  private static func opening(
    _ plan: Plan, actor: String, overridden: [InterlockName], at now: Timestamp
  ) -> OperationSnapshot {
    OperationSnapshot(
      id: OperationID(plan.id.rawValue), title: plan.title, kind: plan.kind, state: .running, actor: actor,
      startedAt: now,
      steps: plan.steps.map {
        .init(
          title: $0.title, mutates: $0.action.mutates, state: .pending, isPointOfNoReturn: $0.isPointOfNoReturn)
      },
      overridden: overridden, link: plan.link, request: plan.request)
  }
}
