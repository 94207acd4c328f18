import Operations

/// What waits for a link to arrive somewhere needs one that moves.
struct LinkRuns: Interlock {
  let name = InterlockName("link-not-running")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let request = plan.syncRequest, let link = plan.syncLink(in: snapshot) else { return nil }
    switch (request, link.state) {
    case (.pause, _), (.resume, _), (.reapply, _): return nil
    case (_, .streaming), (_, .catchingUp): return nil
    // What a broken link has left unlike can be seen, and mended by a copy.
    case (.verify, .blocked), (.baseline, .blocked), (.baseline, .baseline): return nil
    default:
      let reason = link.reasons.first.map { ": \($0)" } ?? ""
      return InterlockHold(
        reason: "\(link.id) is \(link.state.rawValue)\(reason)",
        remedy: link.state == .paused
          ? "resume it first: \(SyncRequest.resume(link.id).command)" : "wait until it streams")
    }
  }
}
