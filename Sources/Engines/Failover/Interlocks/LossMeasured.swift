import Operations

/// Before a failover it is known what it loses; an old measurement is none.
///
/// A person may decide that being served matters more than knowing, by name.
struct LossMeasured: Interlock {
  let name = InterlockName("loss-not-measured")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.mayLose else { return nil }
    guard let loss = snapshot.failover?.loss else {
      return hold("what would be lost was never measured")
    }
    let now = snapshot.generatedAt
    guard loss.isStale(at: now) else { return nil }
    return hold("what would be lost was measured \(loss.age(at: now).components.seconds) s ago")
  }

  private func hold(_ reason: String) -> InterlockHold {
    InterlockHold(reason: reason, remedy: "wait until replication is measured again, or accept an unknown loss")
  }
}
