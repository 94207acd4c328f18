import Operations

extension FailoverMemory {
  /// Reads a journal from its beginning.
  ///
  /// What was decided and never started was not done: it may be done yet.
  struct Reader {
    private(set) var memory = FailoverMemory()
    private var decided: (request: FailoverRequest, ledger: [FailoverCondition], at: Timestamp)?
    private var promoting: [OperationID: CloudID] = [:]
    private var rejoining: [OperationID: (cloud: CloudID, plan: Plan)] = [:]

    mutating func read(_ entry: JournalEntry) {
      switch entry.kind {
      case .automation(let change): memory.apply(change, by: entry.actor)
      case .primarySeen(let cloud): memory.primary = cloud
      case .decided(let request, let ledger): decided = (request, ledger, entry.at)
      case .operationStarted(let plan, _):
        if let id = entry.operation, case .failover(.rejoin(let cloud, _)) = plan.request {
          rejoining[id] = (cloud, plan)
        }
        guard entry.actor == FailoverMemory.automatic, case .failover(let request) = plan.request else { return }
        memory.did(request, at: entry.at, subject: nil)
        guard let decided, decided.request == request else { return }
        memory.decision = decided.ledger
        memory.decidedAt = decided.at
      case .stepIntended(_, .role(.promote(let cloud, _))):
        if let operation = entry.operation { promoting[operation] = cloud }
      case .stepIntended(_, .sync(.reverse)), .stepIntended(_, .sync(.resume)), .stepIntended(_, .sync(.baseline)):
        if let cloud = entry.operation.flatMap({ rejoining[$0] })?.cloud { memory.unmatched[cloud] = entry.at }
      case .stepDone(let index, _):
        if let (cloud, plan) = entry.operation.flatMap({ rejoining[$0] }), plan.copies(at: index) {
          memory.unmatched[cloud] = nil
        }
        guard let operation = entry.operation, let cloud = promoting.removeValue(forKey: operation) else { return }
        memory.primary = cloud
      case .stepFailed, .stepRefused, .operationEnded:
        if let operation = entry.operation { promoting[operation] = nil }
      default: break
      }
    }
  }
}

extension Plan {
  /// Whether a step copies tables anew.
  fileprivate func copies(at index: Int) -> Bool {
    guard steps.indices.contains(index), case .sync(.baseline) = steps[index].action else { return false }
    return true
  }
}
