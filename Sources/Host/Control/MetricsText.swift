import Operations

/// A snapshot in Prometheus' text format 0.0.4. Stale figures are left out: an absent series is not a healthy one.
enum MetricsText {
  static func write(_ snapshot: Snapshot) -> String {
    let now = snapshot.generatedAt
    var text = MetricsWriter()
    text.family("signalbox_cloud_health", "1 for the health that a cloud has now.")
    for cloud in snapshot.clouds {
      let health = cloud.verdict.fresh(at: now)?.health ?? .unknown
      for state in Health.allCases {
        text.sample([("cloud", cloud.id.rawValue), ("health", state.rawValue)], state == health ? 1 : 0)
      }
    }
    text.each("signalbox_latency_p50_seconds", "Median latency of probes.", snapshot.clouds) {
      $0.latency?.fresh(at: now).map { $0.p50Milliseconds / 1000 }
    }
    text.each("signalbox_latency_p99_seconds", "99th percentile of the latency of probes.", snapshot.clouds) {
      $0.latency?.fresh(at: now).map { $0.p99Milliseconds / 1000 }
    }
    text.each("signalbox_targets_healthy", "Targets in service.", snapshot.clouds) {
      $0.targetGroup?.fresh(at: now).map { Double($0.healthyCount) }
    }
    text.each("signalbox_targets", "Targets in all.", snapshot.clouds) {
      $0.targetGroup?.fresh(at: now).map { Double($0.targets.count) }
    }
    text.each("signalbox_requests_per_second", "User requests at the load balancer.", snapshot.clouds) {
      $0.requestsPerSecond?.fresh(at: now)
    }
    text.each("signalbox_replication_lag_bytes", "Log not yet confirmed by the secondary.", snapshot.clouds) {
      $0.replication?.fresh(at: now)?.lagBytes.map(Double.init)
    }
    text.each("signalbox_replication_lag_seconds", "Age of the oldest heartbeat not arrived.", snapshot.clouds) {
      $0.replication?.fresh(at: now)?.lagSeconds
    }
    text.each("signalbox_dns_weight", "Weight that the provider holds.", snapshot.clouds) {
      snapshot.recordSet.configured?.fresh(at: now)?[$0.id].map(Double.init)
    }
    text.each("signalbox_dns_answer_ratio", "Share of direct answers.", snapshot.clouds) { cloud in
      snapshot.recordSet.authoritative?.fresh(at: now)?.shares.first { $0.cloud == cloud.id }?.share
    }
    text.each("signalbox_traffic_ratio", "Share of user requests.", snapshot.clouds) { cloud in
      snapshot.recordSet.observedShares?.fresh(at: now)?.first { $0.cloud == cloud.id }?.share
    }
    text.links(snapshot)
    text.failover(snapshot)
    text.family("signalbox_lease_held", "1 while this host holds the lease.")
    text.sample([], snapshot.lease.heldHere ? 1 : 0)
    text.family("signalbox_interlock_blocked", "1 while the interlock holds a lever.")
    for verdict in snapshot.interlocks {
      text.sample([("interlock", verdict.name.rawValue)], verdict.isBlocked ? 1 : 0)
    }
    return text.text
  }
}
