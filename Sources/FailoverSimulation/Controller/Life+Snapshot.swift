import FailoverEngine
import Operations

/// The world as this controller sees it.
extension Life {
  /// Without the engine's own part.
  func bare() async -> Snapshot {
    let now = clock.wall.now()
    let roles = await keeper?.views(at: now) ?? []
    var recordSet = RecordSetSnapshot(name: "app", ttl: world.scenario.ttl, provider: "simulated DNS")
    recordSet.configured = sight.weights
    recordSet.lastChangedAt =
      operations.flatMap(\.steps).filter { $0.title.hasPrefix("write weights") && $0.state == .done }
      .compactMap(\.endedAt).max()
    recordSet.observedShares = seenShares.map {
      Observation($0, source: "balancers", observedAt: now, staleAfter: .seconds(10))
    }
    var snapshot = Snapshot(
      service: "app", generatedAt: now, generation: sight.weightsGeneration, primary: nil,
      automation: policy.automation,
      lease: LeaseSnapshot(holder: holdsLease ? controller.name : nil, heldHere: holdsLease),
      clouds: World.clouds.indices.map { cloud($0, roles, now) }, recordSet: recordSet)
    for view in roles { snapshot.generation = max(snapshot.generation, view.role.value.generation) }
    let claims = snapshot.clouds.filter { $0.database?.fresh(at: now)?.writable == true }.map(\.id)
    snapshot.primary = claims.count == 1 ? claims[0] : nil
    snapshot.replication = sight.link.map { [$0] } ?? []
    snapshot.operations = operations
    snapshot.journalFault = controller.disk.isFull > 0 ? "the disk is full" : nil
    var failover = FailoverSnapshot(
      state: .watching, policy: policy.automation, isPaused: false, since: now, ledger: [])
    failover.roles = roles
    snapshot.failover = failover
    return snapshot
  }

  private func cloud(_ index: Int, _ roles: [FailoverSnapshot.RoleView], _ now: Timestamp) -> CloudSnapshot {
    let id = World.clouds[index]
    var cloud = CloudSnapshot(id: id, region: "r", verdict: verdict(of: id))
    cloud.vantages = world.vantages.map { vantage in
      let view = sight.views[vantage.index][index]
      var shown = VantageSnapshot(
        id: vantage.id, network: vantage.network, health: view.health, detail: "", lastProbeAt: view.probedAt)
      shown.database = view.probedAt.map {
        Observation(
          DatabaseWord(health: view.database, isWritable: view.databaseWritable, detail: ""), source: "application",
          observedAt: $0, staleAfter: Self.staleAfter)
      }
      return shown
    }
    if let role = roles.first(where: { $0.cloud == id })?.role {
      cloud.database = Observation(
        DatabaseSnapshot(
          role: role.value.takesWrites ? .primary : .secondary, writable: role.value.takesWrites, connections: 1,
          maxConnections: 100, version: "15", walPosition: role.value.position.rawValue), source: role.source,
        observedAt: role.observedAt, staleAfter: .seconds(4))
    }
    cloud.capacityPerTarget = 1000
    cloud.requestsPerSecond = Observation(10, source: "balancer", observedAt: now, staleAfter: .seconds(10))
    cloud.targetGroup = Observation(
      TargetGroupSnapshot(targets: [Target(id: "1", address: "1", state: .healthy)]), source: "balancer",
      observedAt: now, staleAfter: .seconds(10))
    return cloud
  }

  /// What is in hand now, taken down beside the engine.
  func evidence() -> Evidence {
    let now = clock.wall.now()
    var evidence = Evidence(at: now)
    evidence.voices = World.clouds.indices.map { cloud in
      world.vantages.map { vantage in
        let view = sight.views[vantage.index][cloud]
        let isFresh = view.probedAt.map { now - $0 <= Self.staleAfter } ?? false
        return Evidence.Voice(
          network: vantage.network, health: speaking(vantage.index, cloud, now),
          database: isFresh && view.database != .unknown ? view.database : nil)
      }
    }
    evidence.lossMeasuredAt = sight.linkMeasuredAt
    evidence.databaseSeenAt = World.clouds.map { failover?.role(of: $0)?.observedAt }
    evidence.loss = failover?.loss?.value
    return evidence
  }
}
