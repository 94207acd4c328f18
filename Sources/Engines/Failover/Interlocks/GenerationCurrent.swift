import Operations

/// A plan stands on the world it was made for.
struct GenerationCurrent: Interlock {
  let name = InterlockName("generation-moved")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard plan.generation != snapshot.generation else { return nil }
    return InterlockHold(
      reason: "the plan was made at generation \(plan.generation); \(snapshot.generation) stands",
      remedy: "ask for a new plan")
  }
}
