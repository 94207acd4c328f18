import Operations

/// Weights that change faster than clients follow are measured by nobody. Taking the last change back is exempt.
struct NotTooSoon: Interlock {
  let name = InterlockName("too-soon")
  let overridability = Overridability.byName
  let minimumInterval: Duration

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    if case .undo = plan.request { return nil }
    guard let last = snapshot.recordSet.lastChangedAt else { return nil }
    let since = snapshot.generatedAt - last
    guard since < minimumInterval else { return nil }
    let rest = (minimumInterval - since).inSeconds.rounded(.up)
    return InterlockHold(
      reason: "the weights changed \(max(0, since.components.seconds)) s ago; "
        + "\(minimumInterval.components.seconds) s must pass",
      remedy: "wait \(Int(rest)) s")
  }
}
