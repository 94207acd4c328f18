import Operations

/// Neither traffic nor the right to write moves to a cloud that enough vantages do not find well.
///
/// A person may know better than the vantages, so it can be overridden by name: at worst users are sent from one place
/// that does not serve to another. A promotion of a database that does not answer fails before its point of no return.
struct TargetHealthy: Interlock {
  let name = InterlockName("target-not-healthy")
  let overridability = Overridability.byName
  let vantages: Int
  let networks: Int

  func hold(on plan: Plan, in snapshot: Snapshot) -> InterlockHold? {
    for cloud in snapshot.clouds where plan.gains(cloud.id) {
      if let reason = illness(of: cloud, at: snapshot.generatedAt) {
        return InterlockHold(
          reason: reason, remedy: "move to another cloud, or wait until \(cloud.id) is found well")
      }
    }
    guard let target = plan.promoted, let cloud = snapshot.cloud(target) else { return nil }
    let now = snapshot.generatedAt
    let answers =
      cloud.database?.fresh(at: now) != nil || snapshot.failover?.role(of: target)?.fresh(at: now) != nil
    guard !answers else { return nil }
    return InterlockHold(
      reason: "\(target)'s database does not answer", remedy: "find out why: signalbox doctor")
  }

  private func illness(of cloud: CloudSnapshot, at now: Timestamp) -> String? {
    let verdict = cloud.verdict.value
    switch cloud.verdict.fresh(at: now)?.health {
    case .down: return "\(cloud.id) is down: \(verdict.reasons.first ?? "no reason known")"
    case .unknown: return "\(cloud.id)'s health is unknown: \(verdict.reasons.first ?? "no reason known")"
    case nil:
      let age = cloud.verdict.age(at: now).components.seconds
      return "\(cloud.id)'s health is unknown: its verdict is \(age) s old"
    case .healthy, .degraded: break
    }
    let well = cloud.vantages.filter { $0.health == .healthy || $0.health == .degraded }
    let seen = Set(well.map(\.network)).count
    guard well.count < vantages || seen < networks else { return nil }
    return "\(well.count) vantages on \(seen) networks find \(cloud.id) well; \(vantages) on \(networks) must"
  }
}
