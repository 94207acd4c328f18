import Operations

/// At no stage of a plan are all weights 0: such a record set answers nobody, or everybody at random.
struct RecordSetNotEmpty: Interlock {
  let name = InterlockName("record-set-empty")
  let overridability = Overridability.never

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    for case .writeWeights(_, let weights, _) in plan.steps.flatMap({ [$0.action, $0.compensation] })
    where weights.sum == 0 {
      return InterlockHold(
        reason: "all weights would be 0, at \(weights.clouds.map(\.rawValue).joined(separator: " and "))",
        remedy: "leave at least one cloud a weight above 0")
    }
    return nil
  }
}
