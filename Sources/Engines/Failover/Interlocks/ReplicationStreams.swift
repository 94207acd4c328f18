import Operations

/// What waits for a secondary to have everything needs a link that brings it. Begun without one, it would take the
/// right to write away, wait in vain, and give it back.
struct ReplicationStreams: Interlock {
  let name = InterlockName("replication-not-streaming")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.isPlannedMove, let link = plan.drainedLink(in: snapshot), link.state != .streaming else { return nil }
    let reason = link.reasons.first.map { ": \($0)" } ?? ""
    let remedy =
      switch link.state {
      case .paused: "resume it first: \(SyncRequest.resume(link.id).command)"
      case .catchingUp, .baseline, .preparing: "wait until it is in step"
      case .streaming, .blocked, .retrying: "mend the link: signalbox sync status"
      }
    return InterlockHold(reason: "\(link.id) is \(link.state.rawValue)\(reason)", remedy: remedy)
  }
}
