import Operations

/// A record set whose weights are all 0 answers nobody, or everybody at random.
///
/// Route 53 treats all-zero weights as equal ones (Developer Guide, *Values specific for weighted records*).
struct SumNotZero: Interlock {
  let name = InterlockName("sum-of-zero")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let wanted = plan.wantedWeights, wanted.sum == 0 else { return nil }
    return InterlockHold(reason: "all weights would be 0", remedy: "leave at least one cloud a weight above 0")
  }
}
