import Operations

/// A snapshot in Prometheus' text format 0.0.4. Stale figures are left out: an absent series is not a healthy one.
enum MetricsText {
  static func write(_ snapshot: Snapshot) -> String {
    let now = snapshot.generatedAt
    var text = Writer()
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
    text.family("signalbox_lease_held", "1 while this host holds the lease.")
    text.sample([], snapshot.lease.heldHere ? 1 : 0)
    text.family("signalbox_interlock_blocked", "1 while the interlock holds a lever.")
    for verdict in snapshot.interlocks {
      text.sample([("interlock", verdict.name.rawValue)], verdict.isBlocked ? 1 : 0)
    }
    return text.text
  }

  private struct Writer {
    var text = ""
    private var name = ""

    mutating func family(_ name: String, _ help: String) {
      self.name = name
      text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
    }

    mutating func sample(_ labels: [(String, String)], _ value: Double) {
      let inner = labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
      text += inner.isEmpty ? "\(name) \(value)\n" : "\(name){\(inner)} \(value)\n"
    }

    mutating func each(
      _ name: String, _ help: String, _ clouds: [CloudSnapshot], _ value: (CloudSnapshot) -> Double?
    ) {
      family(name, help)
      for cloud in clouds {
        if let value = value(cloud) { sample([("cloud", cloud.id.rawValue)], value) }
      }
    }

    mutating func links(_ snapshot: Snapshot) {
      let now = snapshot.generatedAt
      family("signalbox_link_state", "1 for the state that a replication link has now.")
      for link in snapshot.replication {
        for state in ReplicationLinkSnapshot.State.allCases {
          sample([("link", link.id.rawValue), ("state", state.rawValue)], state == link.state ? 1 : 0)
        }
      }
      each("signalbox_link_lag_bytes", "Log not yet durable at the target.", snapshot.replication) {
        $0.lag?.fresh(at: now).map { Double($0.appliedBytes) }
      }
      each("signalbox_link_lag_seconds", "Age of the newest change applied, 0 in step.", snapshot.replication) {
        $0.lag?.fresh(at: now)?.appliedSeconds
      }
      each("signalbox_link_retained_bytes", "Log that the source keeps for the slot.", snapshot.replication) {
        $0.slot?.fresh(at: now).map { Double($0.retainedBytes) }
      }
      each("signalbox_link_rows_per_second", "Rows applied.", snapshot.replication) { $0.rowsPerSecond }
      each("signalbox_link_rows", "Rows applied since the link was made.", snapshot.replication) { link in
        Double(link.tables.reduce(0) { $0 + $1.rowsApplied })
      }
      each("signalbox_link_conflicts", "Conflicts logged since the link was made.", snapshot.replication) {
        Double($0.conflicts)
      }
      each("signalbox_link_tables_set_aside", "Tables parked or refused.", snapshot.replication) { link in
        Double(link.tables.count { $0.state == .parked || $0.state == .refused })
      }
      each("signalbox_link_clock_skew_seconds", "Target's clock less the source's.", snapshot.replication) {
        $0.clockSkewSeconds
      }
    }

    private mutating func each(
      _ name: String, _ help: String, _ links: [ReplicationLinkSnapshot], _ value: (ReplicationLinkSnapshot) -> Double?
    ) {
      family(name, help)
      for link in links {
        if let value = value(link) { sample([("link", link.id.rawValue)], value) }
      }
    }

    private func escaped(_ label: String) -> String {
      label.reduce(into: "") { text, character in
        switch character {
        case "\\": text += "\\\\"
        case "\"": text += "\\\""
        case "\n": text += "\\n"
        default: text.append(character)
        }
      }
    }
  }
}
