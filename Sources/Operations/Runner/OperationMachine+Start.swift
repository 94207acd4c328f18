extension OperationMachine {
  /// A new operation, before its first step.
  public init(plan: Plan, actor: String, overridden: [InterlockName], at now: Timestamp) {
    self.init(
      plan: plan, snapshot: OperationMachine.opening(plan, actor: actor, overridden: overridden, at: now), index: 0)
  }

  /// An operation as the journal left it. Nil when the entries hold no start, or it had ended.
  ///
  /// A step whose intent stands without an outcome is performed again: performing is idempotent.
  public init?(resuming entries: [JournalEntry]) {
    guard let first = entries.first, case .operationStarted(let plan, let overridden) = first.kind else { return nil }
    var snapshot = OperationMachine.opening(plan, actor: first.actor, overridden: overridden, at: first.at)
    var index = 0
    for entry in entries.dropFirst() {
      switch entry.kind {
      case .stepDone(let done, let detail) where snapshot.steps.indices.contains(done):
        snapshot.steps[done].state = .done
        snapshot.steps[done].detail = detail
        snapshot.steps[done].endedAt = entry.at
        index = done + 1
      case .stepIntended(let intended, _) where snapshot.steps.indices.contains(intended):
        snapshot.steps[intended].startedAt = entry.at
        index = intended
      case .operationEnded: return nil
      default: continue
      }
    }
    self.init(plan: plan, snapshot: snapshot, index: index)
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
      steps: plan.steps.map { .init(title: $0.title, mutates: $0.action.mutates, state: .pending) },
      overridden: overridden, link: plan.link)
  }
}
