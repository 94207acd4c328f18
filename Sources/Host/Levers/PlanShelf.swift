import Operations

/// Plans that were made and may still be executed. A plan goes stale: the world it stands on moves.
struct PlanShelf {
  private var plans: [PlanID: Plan] = [:]
  private let lifetime: Duration
  private let capacity: Int

  init(lifetime: Duration = .seconds(300), capacity: Int = 64) {
    self.lifetime = lifetime
    self.capacity = capacity
  }

  mutating func put(_ plan: Plan, now: Timestamp) {
    plans = plans.filter { now - $0.value.madeAt < lifetime }
    if plans.count >= capacity, let oldest = plans.values.min(by: { $0.madeAt < $1.madeAt }) {
      plans[oldest.id] = nil
    }
    plans[plan.id] = plan
  }

  func plan(_ id: PlanID, now: Timestamp) -> Plan? {
    plans[id].flatMap { now - $0.madeAt < lifetime ? $0 : nil }
  }

  /// A plan is executed once.
  mutating func take(_ id: PlanID) { plans[id] = nil }
}
