import Operations

/// Traffic is not moved towards a cloud that is down, or of which nothing is known.
struct CloudTakesTraffic: Interlock {
  let name = InterlockName("cloud-not-healthy")
  let overridability = Overridability.byName

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    guard let wanted = plan.wantedWeights, let standing = plan.standingWeights else { return nil }
    let gaining = snapshot.clouds.filter { wanted.share(of: $0.id) > standing.share(of: $0.id) }
    for cloud in gaining {
      let verdict = cloud.verdict.value
      switch cloud.verdict.fresh(at: snapshot.generatedAt)?.health {
      case .healthy, .degraded: continue
      case .down:
        return hold("\(cloud.id) is down: \(verdict.reasons.first ?? "no reason known")", cloud.id)
      case .unknown, nil:
        return hold("\(cloud.id)'s health is unknown: \(verdict.reasons.first ?? "its verdict is stale")", cloud.id)
      }
    }
    return nil
  }

  private func hold(_ reason: String, _ cloud: CloudID) -> InterlockHold {
    InterlockHold(reason: reason, remedy: "shift away from \(cloud), or wait until it is healthy")
  }
}
