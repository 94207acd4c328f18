import Operations

/// Writes the ledger: what must be so before anything is done without a person, and whether it is.
struct LedgerBuilder {
  let machine: FailoverMachine
  let sight: Sight
  /// What is wrong; where nothing is, the primary.
  let focus: Concern?
  let remedy: FailoverMachine.Remedy?
  let loss: Loss?

  var now: Timestamp { sight.now }
  var policy: FailoverPolicy { machine.policy }
  var snapshot: Snapshot { sight.snapshot }
  var cloud: CloudSnapshot? { focus.flatMap { snapshot.cloud($0.place.cloud) } }

  func conditions() -> [FailoverCondition] {
    var conditions = [
      automatic(), notPaused(), leaseHeld(), journal(), notCutOff(), down(), quorum(), confirmed(), notFlapping(),
    ]
    if focus?.movesWrites ?? true {
      conditions += [onePrimary(), targetHealthy(), targetDatabase(), lossWithinRPO(), fenceProvable()]
    } else {
      conditions.append(targetHealthy())
    }
    return conditions + [noOperation(), seenSinceChange(), windowOpen(), notStopped()]
  }

  func condition(
    _ name: String, _ isMet: Bool, _ detail: String, age: Double? = nil, _ voices: [FailoverCondition.Voice] = []
  ) -> FailoverCondition {
    FailoverCondition(name: name, isMet: isMet, detail: detail, ageSeconds: age, voices: voices)
  }

  func age(_ at: Timestamp?) -> Double? { at.map { max(0, (now - $0).inSeconds) } }

  // MARK: Whether this host may

  private func automatic() -> FailoverCondition {
    let detail =
      switch policy.automation {
      case .automatic: "the policy is automatic"
      case .advise: "the policy is advise: a person confirms"
      case .manual, .paused: "the policy is manual"
      }
    return condition(ConditionName.automatic, policy.automation == .automatic, detail)
  }

  private func notPaused() -> FailoverCondition {
    let pauser = machine.memory.pausedBy
    return condition(ConditionName.notPaused, pauser == nil, pauser.map { "paused by \($0)" } ?? "not paused")
  }

  private func leaseHeld() -> FailoverCondition {
    let lease = snapshot.lease
    let detail = lease.heldHere ? "held here" : lease.holder.map { "held by \($0)" } ?? "nobody holds it here"
    return condition(ConditionName.leaseHeld, lease.heldHere, detail)
  }

  private func journal() -> FailoverCondition {
    let recall = machine.recall
    let fault =
      snapshot.journalFault ?? recall.fault.map { "it cannot be read: \($0)" }
      ?? (recall.isDone ? nil : "it is still being read")
    return condition(ConditionName.journal, fault == nil, fault ?? "read, and can be written")
  }

  private func notCutOff() -> FailoverCondition {
    let voices = snapshot.clouds.map { Voices(of: $0, at: now) }
    let healthy = voices.reduce(0) { $0 + $1.healthy.count }
    let total = voices.reduce(0) { $0 + $1.all.count }
    return condition(
      ConditionName.notCutOff, healthy > 0,
      healthy > 0
        ? "\(healthy) of \(DecisionText.count(total, "view")) from vantages are healthy"
        : "no vantage sees anything healthy anywhere: this host may be cut off itself",
      age: voices.compactMap(\.ageSeconds).min())
  }

  // MARK: Whether it lasts

  private func confirmed() -> FailoverCondition {
    guard let focus else { return condition(ConditionName.confirmed, false, "nothing is down") }
    let needed = policy.confirmation(of: focus.place.cloud)
    let clock = machine.clocks[focus.place] ?? DownClock()
    let detail =
      clock.isDown
      ? "\(focus.name) down for \(DecisionText.span(clock.downFor)), \(DecisionText.span(needed)) needed"
      : "\(focus.name) is not down"
    return condition(ConditionName.confirmed, focus.isConfirmed, detail)
  }

  private func notFlapping() -> FailoverCondition {
    let changes = focus.flatMap { machine.clocks[$0.place] }?.changes(within: policy.flapWindow, at: now) ?? 0
    let name = focus?.name ?? "the primary"
    return condition(
      ConditionName.notFlapping, changes <= policy.flapLimit,
      "\(name) changed \(DecisionText.count(changes, "time")) in \(DecisionText.span(policy.flapWindow)), at most "
        + "\(policy.flapLimit) allowed")
  }

  // MARK: Whether it is its turn

  private func noOperation() -> FailoverCondition {
    guard let running = machine.changing(in: snapshot, [.failover, .weights]) else {
      return condition(ConditionName.noOperation, true, "no operation changes traffic or roles")
    }
    return condition(
      ConditionName.noOperation, false, "“\(running.title)” by \(running.actor) is still changing things")
  }

  private func windowOpen() -> FailoverCondition {
    guard let deed = machine.memory.deed(like: remedy?.request), !deed.isAcknowledged, now < deed.at + policy.window
    else { return condition(ConditionName.windowOpen, true, "nothing done by itself awaits a person") }
    return condition(
      ConditionName.windowOpen, false,
      "it did \(deed.request.phrase) by itself \(DecisionText.span(now - deed.at)) ago; acknowledge it, or wait "
        + DecisionText.span(deed.at + policy.window - now))
  }

  private func notStopped() -> FailoverCondition {
    let isStopped = machine.stopped != nil && machine.stopped == focus?.place
    return condition(
      ConditionName.notStopped, !isStopped,
      isStopped
        ? "a person stopped the countdown; it may begin again once \(focus?.name ?? "it") was up for "
          + DecisionText.span(policy.recovery) : "no countdown was stopped")
  }
}
