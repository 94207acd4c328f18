import FailoverEngine
import Operations

extension World {
  func snapshot(
    health: [CloudID: CloudHealthView], links: [ReplicationLinkSnapshot] = [], at now: Timestamp
  ) -> Snapshot {
    noteHealth(health, at: now)
    for told in linkEvents.take(links, at: now) {
      note(told.message, subject: told.link.rawValue, severity: told.severity, at: now)
    }
    var snapshot = Snapshot(
      service: settings.service, generatedAt: now, generation: generation, primary: primary,
      automation: settings.automation, lease: lease,
      clouds: cloudParts.map { cloud($0, health[$0.id], links, at: now) }, recordSet: recordSet(at: now))
    snapshot.replication = links
    snapshot.operations = operations
    snapshot.events = events.newestFirst
    snapshot.journalFault = journalFault
    snapshot.drill = drill(at: now)
    judge(&snapshot, at: now)
    return snapshot
  }

  private func cloud(
    _ parts: HostParts.CloudParts, _ health: CloudHealthView?, _ links: [ReplicationLinkSnapshot], at now: Timestamp
  ) -> CloudSnapshot {
    let unknown = Observation(
      HealthVerdict(health: .unknown, reasons: ["not probed yet"], since: now), source: "probing", observedAt: now,
      staleAfter: .seconds(5))
    var cloud = CloudSnapshot(id: parts.id, region: parts.region, verdict: health?.verdict ?? unknown)
    cloud.vantages = health?.vantages ?? []
    cloud.latency = health?.latency
    cloud.probeSuccess = health?.probeSuccess
    cloud.history.latencyMilliseconds = health?.latencyHistory ?? []
    cloud.capacityPerTarget = parts.capacityPerTarget
    guard let facts = clouds[parts.id] else { return cloud }
    cloud.targetGroup = facts.targetGroup
    cloud.database = facts.database
    cloud.release = facts.release
    let link = links.first { $0.target == parts.id }
    cloud.replication = link.map { $0.cardLag(facts.replication, at: now) } ?? facts.replication
    cloud.requestsPerSecond = facts.rate
    cloud.history.lagSeconds = facts.lagHistory.samples
    cloud.history.requestsPerSecond = facts.rateHistory.samples
    return cloud
  }

  private func recordSet(at now: Timestamp) -> RecordSetSnapshot {
    var recordSet = RecordSetSnapshot(
      name: settings.recordSetName, ttl: settings.ttl, provider: configured?.source ?? "the DNS provider")
    recordSet.configured = configured
    recordSet.lastChangedAt = lastChangedAt
    let ids = cloudParts.map(\.id)
    if let summary = answers.summary(clouds: ids), let answersSeenAt {
      recordSet.authoritative = Observation(
        summary, source: "direct queries", observedAt: answersSeenAt, staleAfter: .seconds(10))
    }
    let newest = clouds.values.compactMap { $0.targetGroup?.observedAt }.max()
    if let shares = traffic.shares(of: ids), let newest {
      recordSet.observedShares = Observation(
        shares, source: "load balancers, last 10 s", observedAt: newest, staleAfter: .seconds(10))
    }
    return recordSet
  }

  /// Judges the levers for a plan that changes nothing: what holds then holds every plan.
  private func judge(_ snapshot: inout Snapshot, at now: Timestamp) {
    let planner = WeightsPlanner(settings: settings.weights)
    let title = "shift traffic"
    guard let standing = snapshot.recordSet.configured?.value,
      let plan = try? planner.plan(
        standing, request: .setWeights(standing), id: PlanID("none"), in: snapshot, now: now)
    else {
      let hold = InterlockHold(
        reason: "the weights that stand are not known",
        remedy: "see why the provider of the DNS does not answer: signalbox doctor")
      let verdict = InterlockVerdict(
        name: InterlockName("weights-unknown"), overridability: .never, hold: hold)
      snapshot.interlocks = [verdict]
      snapshot.levers = [LeverSnapshot(kind: .weights, title: title, cost: nil, holds: [verdict])]
      return
    }
    snapshot.interlocks = plan.interlocks
    let cost = "\(Int(plan.prediction.seconds.rounded(.up))) s · no data at risk"
    snapshot.levers = [
      LeverSnapshot(
        kind: .weights, title: title, cost: plan.blocking.isEmpty ? cost : nil, holds: plan.blocking)
    ]
  }

  private func noteHealth(_ health: [CloudID: CloudHealthView], at now: Timestamp) {
    for part in cloudParts {
      guard let verdict = health[part.id]?.verdict.value, verdict.health != clouds[part.id]?.health else { continue }
      let first = clouds[part.id]?.health == nil
      clouds[part.id]?.health = verdict.health
      if first && verdict.health == .unknown { continue }
      let severity: Event.Severity =
        switch verdict.health {
        case .healthy: .notice
        case .degraded, .unknown: .warning
        case .down: .critical
        }
      let reason = verdict.reasons.first.map { ": \($0)" } ?? ""
      note("\(verdict.health.rawValue)\(reason)", subject: part.id.rawValue, severity: severity, at: now)
    }
  }
}
