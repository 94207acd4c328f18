import Operations

/// No lever moves on old news.
struct FreshObservations: Interlock {
  let name = InterlockName("stale-observations")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    let now = snapshot.generatedAt
    var stale: [String] = []
    if snapshot.recordSet.configured?.isStale(at: now) ?? true {
      stale.append(described("configured weights", snapshot.recordSet.configured?.age(at: now)))
    }
    for cloud in snapshot.clouds {
      if cloud.verdict.isStale(at: now) {
        stale.append(described("\(cloud.id)'s health", cloud.verdict.age(at: now)))
      }
      // The targets of a cloud that is down, and gets nothing, need not be known.
      let gains = plan.wantedWeights.map { $0.share(of: cloud.id) > 0 } ?? false
      if gains, let targets = cloud.targetGroup, targets.isStale(at: now) {
        stale.append(described("\(cloud.id)'s targets", targets.age(at: now)))
      }
    }
    guard let first = stale.first else { return nil }
    return InterlockHold(
      reason: stale.count == 1 ? first : "\(first), and \(stale.count - 1) more",
      remedy: "wait for a fresh observation, or find out why there is none")
  }

  private func described(_ what: String, _ age: Duration?) -> String {
    age.map { "\(what): \($0.components.seconds) s old" } ?? "\(what): never seen"
  }
}
