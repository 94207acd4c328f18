/// One host moves levers; the others look.
public struct LeaseHeld: Interlock {
  public let name = InterlockName("lease-not-held")
  public let overridability = Overridability.never

  public init() {}

  public func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard !snapshot.lease.heldHere else { return nil }
    guard let holder = snapshot.lease.holder else {
      return InterlockHold(
        reason: "nobody holds the lease here", remedy: "open the console or start signalbox run, which take it")
    }
    return InterlockHold(
      reason: "the lease is held by \(holder)", remedy: "move levers there, or end that host and start this one again")
  }
}
