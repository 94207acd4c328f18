import Operations

/// A failover loses no more than was agreed on.
///
/// A person may accept more, by name; the automation never does.
struct LossWithinRPO: Interlock {
  let name = InterlockName("loss-above-rpo")
  let overridability = Overridability.byName
  let rpo: Duration

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.mayLose, let loss = snapshot.failover?.loss?.value, loss.seconds > rpo.inSeconds else { return nil }
    let seconds = Int(loss.seconds.rounded(.up))
    return InterlockHold(
      reason: "up to \(seconds) s of writes would be lost; the limit is \(rpo.components.seconds) s",
      remedy: "bring the primary back, or let replication catch up first")
  }
}
