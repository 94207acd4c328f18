import Operations

/// One host moves levers; the others look.
struct LeaseHeld: Interlock {
  let name = InterlockName("lease-not-held")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard !snapshot.lease.heldHere else { return nil }
    guard let holder = snapshot.lease.holder else {
      return InterlockHold(
        reason: "nobody holds the lease here", remedy: "open the console or start signalbox run, which take it")
    }
    return InterlockHold(
      reason: "the lease is held by \(holder)", remedy: "move levers there, or end that host and start this one again")
  }
}
