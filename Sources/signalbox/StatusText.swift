import Operations

/// `status` for a person.
enum StatusText {
  static func write(_ snapshot: Snapshot) -> String {
    let now = snapshot.generatedAt
    var lines = [
      "\(EventText.clean(snapshot.service))   primary \(snapshot.primary?.rawValue ?? "none")   automation "
        + "\(snapshot.automation.rawValue)   lease \(lease(snapshot.lease))"
    ]
    for cloud in snapshot.clouds { lines += ["", title(cloud, now)] + facts(cloud, snapshot, now) }
    lines += ["", recordSet(snapshot)]
    if !snapshot.replication.isEmpty {
      lines.append("")
      lines += snapshot.replication.map { SyncText.line($0, at: now) }
    }
    let blocked = snapshot.interlocks.filter(\.isBlocked)
    lines.append("")
    lines.append(
      blocked.isEmpty ? "interlocks: all \(snapshot.interlocks.count) clear" : "interlocks that hold:")
    lines += blocked.map { "  " + ExitStatus.describe($0) }
    for running in snapshot.operations where !running.state.isFinal {
      lines.append("running: \(running.title) by \(running.actor)")
    }
    return lines.joined(separator: "\n")
  }

  /// Who holds it, and what keeps it.
  private static func lease(_ lease: LeaseSnapshot) -> String {
    EventText.clean((lease.holder ?? "nobody") + (lease.via.map { " (\($0))" } ?? ""))
  }

  /// The weights, from configured to observed.
  static func recordSet(_ snapshot: Snapshot) -> String {
    let title = "\(snapshot.recordSet.name), TTL \(snapshot.recordSet.ttl.components.seconds) s"
    return ([title] + snapshot.clouds.map { weights($0.id, snapshot, snapshot.generatedAt) }).joined(separator: "\n")
  }

  private static func title(_ cloud: CloudSnapshot, _ now: Timestamp) -> String {
    let verdict = cloud.verdict.fresh(at: now)
    let health = (verdict?.health ?? .unknown).rawValue.uppercased()
    let reasons = verdict?.reasons.isEmpty == false ? ": " + (verdict?.reasons.joined(separator: "; ") ?? "") : ""
    return "\(cloud.id) \(cloud.region)   \(health)\(EventText.clean(reasons))"
  }

  private static func facts(_ cloud: CloudSnapshot, _ snapshot: Snapshot, _ now: Timestamp) -> [String] {
    let latency = cloud.latency?.fresh(at: now).map {
      "p50 \(milliseconds($0.p50Milliseconds))  p99 \(milliseconds($0.p99Milliseconds))"
    }
    let targets = cloud.targetGroup?.fresh(at: now).map { "\($0.healthyCount)/\($0.targets.count) healthy" }
    let database = cloud.database?.fresh(at: now).map {
      "\($0.role.rawValue), \($0.writable ? "writable" : "not writable"), \($0.connections)/\($0.maxConnections) connections"
    }
    let lag = cloud.replication?.fresh(at: now).map { lag in
      let seconds = lag.lagSeconds.map { Decimals.text($0, places: 1) + " s" } ?? "unknown"
      let bytes = lag.lagBytes.map { "\($0) B" } ?? "unknown"
      return "\(seconds), \(bytes)\(lag.streaming ? "" : ", not streaming")"
    }
    var lines = [
      "  latency   \(latency ?? "unknown")", "  targets   \(targets ?? "unknown")",
      "  database  \(database ?? "unknown")",
    ]
    if cloud.id != snapshot.primary { lines.append("  lag       \(lag ?? "unknown")") }
    lines.append("  release   \(EventText.clean(cloud.release?.fresh(at: now) ?? "unknown"))")
    return lines
  }

  private static func weights(_ cloud: CloudID, _ snapshot: Snapshot, _ now: Timestamp) -> String {
    let recordSet = snapshot.recordSet
    let configured = recordSet.configured?.fresh(at: now)?[cloud].map(String.init) ?? "?"
    let answers = recordSet.authoritative?.fresh(at: now)?.shares.first { $0.cloud == cloud }
    let traffic = recordSet.observedShares?.fresh(at: now)?.first { $0.cloud == cloud }
    return "  \(cloud)  weight \(configured)   answers \(percent(answers?.share))   traffic \(percent(traffic?.share))"
  }

  private static func percent(_ share: Double?) -> String {
    share.map { "\(Int(($0 * 100).rounded())) %" } ?? "unknown"
  }

  private static func milliseconds(_ number: Double) -> String {
    "\(Decimals.text(number, places: number < 10 ? 1 : 0)) ms"
  }
}
