/// Two operations that change the same things never run at once: of the weights, or of one replication link. A copy
/// that takes an hour must not keep anybody from shifting traffic.
public struct NoOtherOperation: Interlock {
  public let name = InterlockName("operation-running")
  public let overridability = Overridability.never

  public init() {}

  public func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let running = snapshot.operations.first(where: { $0.rivals(plan) }) else { return nil }
    return InterlockHold(
      reason: "“\(running.title)” by \(running.actor) is still changing things", remedy: "wait until it has ended")
  }
}
