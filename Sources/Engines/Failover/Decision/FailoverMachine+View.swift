public import Operations

extension FailoverMachine {
  /// What it believes, what it would do, and why it does not.
  public func view(at now: Timestamp) -> FailoverSnapshot {
    let assessed = assess(at: now)
    var view = FailoverSnapshot(
      state: phase, policy: policy.automation, isPaused: memory.isPaused, since: since,
      ledger: ledger(assessed, at: now))
    let awaiting = memory.unacknowledged(at: now, within: policy.window)
    view.pausedBy = memory.pausedBy
    view.subject = phase == .acted ? awaiting.first?.subject : phaseSubject?.cloud
    view.actsAt = countdown?.endsAt
    view.request = phase == .acted ? awaiting.first?.request : own?.request ?? assessed.request
    view.lastDecision = memory.decision
    view.lastDecisionAt = memory.decidedAt
    view.acknowledgeBy = awaiting.map { $0.at + policy.window }.max()
    view.loss = assessed.loss
    view.roles = snapshot?.failover?.roles ?? []
    return view
  }

  /// Why a change asked for by a person would change nothing; nil when it would.
  public func objection(to change: AutomationChange, at now: Timestamp) -> String? {
    switch change {
    case .pause: memory.pausedBy.map { "it is paused already, by \($0)" }
    case .resume: memory.isPaused ? nil : "it is not paused"
    case .acknowledge:
      memory.unacknowledged(at: now, within: policy.window).isEmpty
        ? "nothing that was done by itself awaits a person" : nil
    case .stopCountdown: countdown == nil ? "no countdown is running" : nil
    }
  }

  /// When the next thing may happen by the mere passing of time; nil when nothing would.
  public func nextLook(after now: Timestamp) -> Timestamp? {
    var times = [countdown?.endsAt]
    for (place, clock) in clocks where clock.isDown {
      times.append(now + (policy.confirmation(of: place.cloud) - clock.downFor))
    }
    return times.compactMap { $0 }.filter { $0 > now }.min()
  }

  /// Whether an execution that was decided may still begin: nobody has paused meanwhile.
  func mayBegin(_ request: FailoverRequest) -> Bool {
    own?.request == request && own?.operation == nil && !memory.isPaused
  }

  func ledger(_ assessed: Assessment, at now: Timestamp) -> [FailoverCondition] {
    guard !assessed.conditions.isEmpty else { return [] }
    return assessed.conditions + [interlocksClear(at: now)]
  }

  private func interlocksClear(at now: Timestamp) -> FailoverCondition {
    let name = ConditionName.interlocksClear
    if let refusal, now < refusal.until {
      return FailoverCondition(
        name: name, isMet: false,
        detail: "refused: \(refusal.reason); tried again in \(DecisionText.span(refusal.until - now))")
    }
    guard let answer else { return FailoverCondition(name: name, isMet: false, detail: "no plan has been made yet") }
    guard let first = answer.held.first else {
      return FailoverCondition(name: name, isMet: true, detail: "no interlock holds the plan")
    }
    let rest = answer.held.count > 1 ? ", and \(answer.held.count - 1) more" : ""
    return FailoverCondition(
      name: name, isMet: false, detail: "\(first.name): \(first.hold?.reason ?? "holds")\(rest)")
  }
}
