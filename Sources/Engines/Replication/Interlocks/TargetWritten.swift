import Operations

/// A link that is turned carries back what its target takes from then on, and nothing of before.
struct TargetWritten: Interlock {
  let name = InterlockName("target-written")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard case .reverse = plan.syncRequest, let link = plan.syncLink(in: snapshot),
      snapshot.cloud(link.target)?.database?.fresh(at: snapshot.generatedAt)?.writable == true
    else { return nil }
    return InterlockHold(
      reason: "the application may write at \(link.target) already, and what it has written there is not carried to "
        + "\(link.source)",
      remedy: "give it that right once the link is turned; where it has written, rejoin \(link.source) instead, or "
        + "compare and copy anew afterwards")
  }
}
