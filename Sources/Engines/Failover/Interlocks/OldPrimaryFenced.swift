import Operations

/// A new primary is made only once the old one provably takes no writes.
///
/// Only a person who has made sure otherwise, by cutting its power for instance, may go on without proof, by name.
struct OldPrimaryFenced: Interlock {
  let name = InterlockName("old-primary-not-fenced")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    for case .role(.assumeFenced(let cloud)) in plan.steps.map(\.action) {
      return InterlockHold(
        reason: "\(cloud) cannot be reached and has no lease: it may be taking writes still, and they would be lost",
        remedy: "make sure that \(cloud)'s database is stopped, then override this")
    }
    return nil
  }
}
