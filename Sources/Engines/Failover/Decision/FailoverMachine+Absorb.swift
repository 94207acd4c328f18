import Operations

extension FailoverMachine {
  /// Takes an event in, before anything is decided.
  mutating func absorb(_ event: Event, at now: Timestamp) -> [Action] {
    switch event {
    case .snapshot(let snapshot): return took(snapshot, at: now)
    case .look: watchClocks(at: now)
    case .changed(let change, let actor): return changed(change, by: actor)
    case .recalled(let memory): recalled(memory)
    case .recallFailed(let reason):
      recall.isRunning = false
      recall.isNeeded = true
      recall.fault = reason
    case .planned(let request, let held):
      if asked == request { asked = nil }
      answer = Answer(request: request, held: held)
    case .started(let request, let operation): return started(request, operation, at: now)
    case .refused(let request, let reason): return refused(request, reason, at: now)
    }
    return []
  }

  private mutating func took(_ new: Snapshot, at now: Timestamp) -> [Action] {
    snapshot = new
    for view in new.failover?.roles ?? [] { roles[view.cloud] = view.role }
    for cloud in new.clouds {
      guard let seen = cloud.database?.observedAt else { continue }
      databaseSeen[cloud.id] = max(seen, databaseSeen[cloud.id] ?? seen)
    }
    losses.took(new, at: now)
    followRejoins(new)
    followOwn(new, at: now)
    var actions: [Action] = []
    if new.lease.heldHere, !recall.heldLease { recall.isNeeded = true }
    recall.heldLease = new.lease.heldHere
    if recall.isNeeded, !recall.isRunning {
      recall.isNeeded = false
      recall.isRunning = true
      recall.changes = []
      actions.append(.recall)
    }
    if let primary = new.primary, primary != memory.primary, recall.isDone {
      memory.primary = primary
      if new.lease.heldHere { actions.append(.remember(.primarySeen(primary))) }
    }
    watchClocks(at: now)
    return actions
  }

  /// An own operation is over when it is seen to have ended, or is not heard of.
  private mutating func followOwn(_ new: Snapshot, at now: Timestamp) {
    guard let own, let id = own.operation else { return }
    if let seen = new.operations.first(where: { $0.id == id }) {
      if seen.state.isFinal || seen.onlyWatches { self.own = nil }
    } else if new.generatedAt > own.at + .seconds(10) {
      self.own = nil
    }
  }

  /// A link is turned round before the tables behind it are copied: until they are, what it says of its lag says nothing
  /// of what is there. A comparison that finds all rows equal says the same as a copy.
  private mutating func followRejoins(_ new: Snapshot) {
    for operation in new.operations.reversed() {
      guard case .failover(.rejoin(let cloud, _)) = operation.request else { continue }
      let steps = operation.steps.filter { $0.isPointOfNoReturn == true }
      guard let begun = steps.first(where: { $0.state != .pending && $0.state != .skipped }) else { continue }
      memory.unmatched[cloud] = steps.last?.state == .done ? nil : begun.startedAt ?? operation.startedAt
    }
    for (cloud, since) in memory.unmatched {
      let verifies = new.replication.filter { $0.target == cloud }.compactMap(\.lastVerify)
      if verifies.contains(where: { $0.isEqual && $0.at > since }) { memory.unmatched[cloud] = nil }
    }
  }

  private mutating func watchClocks(at now: Timestamp) {
    guard let snapshot else { return }
    let sight = Sight(snapshot: snapshot, policy: policy, now: now)
    for cloud in snapshot.clouds {
      let verdict = cloud.verdict.value
      clocks[Concern.Place(cloud: cloud.id, part: .cloud), default: DownClock()].saw(
        sight.standing(of: cloud), since: verdict.since, at: now, gapAtMost: cloud.verdict.staleAfter, policy)
      clocks[Concern.Place(cloud: cloud.id, part: .database), default: DownClock()].saw(
        sight.databaseStanding(of: cloud), since: now, at: now, gapAtMost: cloud.verdict.staleAfter, policy)
    }
    if let place = stopped, clocks[place]?.isUp(for: policy.recovery, at: now) ?? true { stopped = nil }
  }

  private mutating func changed(_ change: AutomationChange, by actor: String) -> [Action] {
    if recall.isRunning { recall.changes.append(.init(change: change, actor: actor)) }
    if change == .stopCountdown, let countdown { stopped = countdown.place }
    let before = memory
    memory.apply(change, by: actor)
    guard before != memory || change == .stopCountdown else { return [] }
    switch change {
    case .pause: return [.note("paused by \(actor): nothing is done without a person", .warning)]
    case .resume: return [.note("resumed by \(actor)", .notice)]
    case .acknowledge: return [.note("acknowledged by \(actor): it may act by itself again", .notice)]
    case .stopCountdown: return [.note("countdown stopped by \(actor)", .warning)]
    }
  }

  private mutating func recalled(_ told: FailoverMemory) {
    memory = told
    for change in recall.changes { memory.apply(change.change, by: change.actor) }
    recall.isRunning = false
    recall.fault = nil
    recall.changes = []
  }

  private mutating func started(
    _ request: FailoverRequest, _ operation: OperationID, at now: Timestamp
  ) -> [Action] {
    guard var begun = own, begun.request == request, begun.operation == nil else { return [] }
    begun.operation = operation
    begun.at = now
    own = begun
    refusal = nil
    memory.did(request, at: now, subject: begun.place.cloud)
    memory.decision = begun.ledger
    memory.decidedAt = now
    return [.note("acts by itself: \(request.phrase)", .critical)]
  }

  private mutating func refused(_ request: FailoverRequest, _ reason: String, at now: Timestamp) -> [Action] {
    guard let attempt = own, attempt.request == request, attempt.operation == nil else { return [] }
    own = nil
    answer = nil
    let attempts = (refusal?.attempts ?? 0) + 1
    let factor = min(30, 1 << min(attempts - 1, 5))
    let until = now + policy.retryInterval * factor
    refusal = Refusal(reason: reason, attempts: attempts, until: until)
    // A person has had the time to stop it; the next attempt does not count down anew.
    countdown = Countdown(request: request, place: attempt.place, endsAt: until)
    return [.note("could not \(request.phrase): \(reason)", .critical)]
  }
}
