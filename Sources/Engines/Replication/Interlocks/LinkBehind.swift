import Operations

/// A link is turned round when the target has everything, as far as can be known.
struct LinkBehind: Interlock {
  let name = InterlockName("link-behind")
  let overridability = Overridability.byName
  let limit: Duration

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard case .reverse = plan.syncRequest, let link = plan.syncLink(in: snapshot) else { return nil }
    guard let lag = link.lag?.fresh(at: snapshot.generatedAt) else {
      return InterlockHold(
        reason: "how far \(link.target) is behind is not known", remedy: "wait until both databases answer")
    }
    guard lag.appliedSeconds > limit.inSeconds else { return nil }
    return InterlockHold(
      reason: "\(link.target) is \(Int(lag.appliedSeconds.rounded())) s behind; the limit is "
        + "\(limit.components.seconds) s", remedy: "wait until it has caught up: \(SyncRequest.now(link.id).command)")
  }
}
