/// A plan stands on the world it was made for.
public struct GenerationCurrent: Interlock {
  public let name = InterlockName("generation-moved")
  public let overridability = Overridability.never

  public init() {}

  public func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.generation != snapshot.generation else { return nil }
    return InterlockHold(
      reason: "the plan was made at generation \(plan.generation); \(snapshot.generation) stands",
      remedy: "ask for a new plan")
  }
}
