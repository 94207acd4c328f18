import Operations

/// What remains must carry what comes. A cloud that gains nothing is not judged: moving away from it is the remedy.
struct CapacitySuffices: Interlock {
  let name = InterlockName("capacity")
  let overridability = Overridability.byName
  let headroom: Double

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    let limit = 1 - headroom
    for utilisation in plan.prediction.utilisation where plan.gains(utilisation.cloud) {
      guard let ratio = utilisation.ratio, ratio > limit else { continue }
      return InterlockHold(
        reason: "\(utilisation.cloud) would be at \(Int((ratio * 100).rounded())) % of capacity; the limit is "
          + "\(Int((limit * 100).rounded())) %",
        remedy: "add targets to \(utilisation.cloud), or shift less")
    }
    return nil
  }
}
