import Operations

/// Paused, nothing happens without a person; what a person asks for is not held.
struct AutomationPaused: Interlock {
  let name = InterlockName("automation-paused")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.origin == .automation else { return nil }
    guard snapshot.automation == .paused || snapshot.failover?.isPaused == true else { return nil }
    let who = snapshot.failover?.pausedBy.map { " by \($0)" } ?? ""
    return InterlockHold(
      reason: "the automation is paused\(who)", remedy: "resume it, or let a person ask for this: signalbox resume")
  }
}
