import Operations

extension Mutation {
  /// The view with a mistake in it.
  func distorted(_ snapshot: Snapshot, _ life: Life) -> Snapshot {
    var snapshot = snapshot
    let now = snapshot.generatedAt
    for index in snapshot.clouds.indices { distort(&snapshot.clouds[index], index, life, now) }
    guard self == .freshensLoss, !snapshot.replication.isEmpty else { return snapshot }
    snapshot.replication[0].lag = Observation(
      .init(receivedBytes: 0, appliedBytes: 0, receivedSeconds: 0, appliedSeconds: 0), source: "link",
      observedAt: now, staleAfter: .seconds(10))
    return snapshot
  }

  private func distort(_ cloud: inout CloudSnapshot, _ index: Int, _ life: Life, _ now: Timestamp) {
    switch self {
    case .takesUnknownForDown:
      let isPrimary = cloud.database?.value.writable == true || life.failover?.subject == cloud.id
      guard isPrimary, cloud.vantages.contains(where: { $0.health != .healthy || isOld($0, now) }) else { return }
      for vantage in cloud.vantages.indices where isOld(cloud.vantages[vantage], now) {
        cloud.vantages[vantage].health = .down
        cloud.vantages[vantage].lastProbeAt = now
      }
      settle(&cloud, now)
    case .listensToOneNetwork:
      for vantage in cloud.vantages.indices { cloud.vantages[vantage].network = "network \(vantage)" }
      settle(&cloud, now)
    case .trustsOldHealth:
      for vantage in cloud.vantages.indices where index == 1 && cloud.vantages[vantage].lastProbeAt != nil {
        cloud.vantages[vantage].health = .healthy
        cloud.vantages[vantage].lastProbeAt = now
      }
      settle(&cloud, now)
    default: return
    }
  }

  private func isOld(_ vantage: VantageSnapshot, _ now: Timestamp) -> Bool {
    vantage.lastProbeAt.map { now - $0 > .seconds(5) } ?? true
  }

  /// The verdict follows from what the vantages are said to say.
  private func settle(_ cloud: inout CloudSnapshot, _ now: Timestamp) {
    let down = cloud.vantages.count { $0.health == .down }
    let health: Health = down >= 2 && down * 2 > cloud.vantages.count ? .down : down == 0 ? .healthy : .degraded
    let since = cloud.verdict.value.health == health ? cloud.verdict.value.since : now
    cloud.verdict = Observation(
      HealthVerdict(health: health, reasons: [], since: since), source: "probes", observedAt: now,
      staleAfter: .seconds(5))
  }
}
