import FailoverEngine
import Operations

/// Looks at the world once a second.
extension Life {
  static let staleAfter = Duration.seconds(5)

  func tick() {
    sight.ticks += 1
    probe()
    judge()
    if sight.ticks % 2 == 1 { readWeights() }
    lookAtLink()
    // What was seen a look ago has been taken in by now, unless the engine has stopped.
    world.note(.looked(controller.index, ageOfView: sight.lookedAt - viewedAt))
    sight.lookedAt = clock.wall.now()
    Task { await self.publish() }
    let due = world.now + .seconds(1)
    world.agenda.add(at: due, .tick) { [weak self, process] in process.deliver { self?.tick() } }
  }

  private func publish() async {
    guard !process.isDead, let engine else { return }
    let snapshot = await bare()
    let view = await engine.take(world.mutation?.distorted(snapshot, self) ?? snapshot)
    guard !process.isDead else { return }
    failover = view
    viewedAt = clock.wall.now()
    if !isMoving { await keeper?.goOn() }
    if world.mutation == .acknowledgesItself, view.state == .acted {
      try? await engine.change(.acknowledge, actor: "nobody")
    }
    if world.mutation == .failsBackByItself { await failBack(snapshot) }
  }

  /// The world with the engine's own part of it.
  func snapshot() async -> Snapshot {
    var snapshot = await bare()
    snapshot = world.mutation?.distorted(snapshot, self) ?? snapshot
    let roles = snapshot.failover?.roles ?? []
    if let view = await engine?.view(at: snapshot.generatedAt) {
      snapshot.failover = view
      snapshot.failover?.roles = roles
      if view.isPaused { snapshot.automation = .paused }
    }
    return snapshot
  }

  private func failBack(_ snapshot: Snapshot) async {
    guard !isMoving, holdsLease, snapshot.primary == World.clouds[1] else { return }
    _ = try? await execute(
      .failback(to: World.clouds[0]), overriding: [InterlockName("divergence"), InterlockName("too-soon")],
      actor: FailoverMemory.automatic, origin: .person, at: self.snapshot())
  }

  // MARK: - Probes

  private func probe() {
    let now = clock.wall.now()
    for vantage in world.vantages {
      let place = vantage.index == 0 ? process.place : Place.vantage(vantage.index)
      guard place == process.place || world.network.answers(place, from: process.place) else { continue }
      for cloud in World.clouds.indices {
        look(at: cloud, from: place, vantage, now)
      }
    }
  }

  private func look(at cloud: Int, from place: Place, _ vantage: Vantage, _ now: Timestamp) {
    guard world.hangingProbes[cloud] == 0 else { return }
    let database = world.databases[cloud]
    var answers = world.network.answers(.front(cloud), from: place)
    if let lie = vantage.lies[cloud] { answers = lie == .healthy }
    var view = sight.views[vantage.index][cloud]
    view.probedAt = now
    view.failures = answers ? 0 : view.failures + 1
    view.successes = answers ? view.successes + 1 : 0
    if view.failures >= 3 { view.health = .down }
    if view.successes >= 2 { view.health = .healthy }
    if answers {
      let isUp = world.network.answers(database.place, from: .front(cloud))
      view.databaseFailures = isUp ? 0 : view.databaseFailures + 1
      if isUp { view.database = .healthy } else if view.databaseFailures >= 3 { view.database = .down }
      view.databaseWritable = isUp ? database.isWritable : nil
    } else {
      view.database = .unknown
      view.databaseFailures = 0
    }
    sight.views[vantage.index][cloud] = view
  }

  /// What the vantages say together, as probing has it.
  private func judge() {
    let now = clock.wall.now()
    let isCutOff = World.clouds.indices.allSatisfy { cloud in
      world.vantages.indices.allSatisfy { speaking($0, cloud, now) != .healthy }
    }
    for cloud in World.clouds.indices {
      let heard = world.vantages.filter { speaking($0.index, cloud, now) != nil }
      let down = heard.filter { speaking($0.index, cloud, now) == .down }
      let health: Health =
        if !isQuorum(heard) || (isCutOff && !down.isEmpty) {
          .unknown
        } else if isQuorum(down), down.count * 2 > heard.count {
          .down
        } else {
          down.isEmpty ? .healthy : .degraded
        }
      if health != sight.verdicts[cloud].health {
        sight.verdicts[cloud] = HealthVerdict(
          health: health, reasons: ["\(down.count) of \(heard.count) say down"], since: now)
      }
    }
    sight.verdictsAt = now
  }

  private func isQuorum(_ vantages: [Vantage]) -> Bool {
    vantages.count >= policy.quorumVantages && Set(vantages.map(\.network)).count >= policy.quorumNetworks
  }

  /// What a vantage says now; nil for one that has not spoken lately, or has nothing to say yet.
  func speaking(_ vantage: Int, _ cloud: Int, _ now: Timestamp) -> Health? {
    let view = sight.views[vantage][cloud]
    guard let at = view.probedAt, now - at <= Self.staleAfter, view.health != .unknown else { return nil }
    return view.health
  }

  func verdict(of cloud: CloudID) -> Observation<HealthVerdict> {
    Observation(
      sight.verdicts[World.index(of: cloud)], source: "probes", observedAt: sight.verdictsAt ?? World.epoch,
      staleAfter: Self.staleAfter)
  }

  // MARK: - Everything else

  private func readWeights() {
    let names = world.names
    guard !names.has(.throttles) else { return }
    world.send(from: process.place, to: .dns, isRequest: false) { [weak self] arrival in
      guard arrival == .served, let self else { return }
      let standing = names.standing
      world.answer(from: .dns, to: process) { [weak self] in
        guard let self else { return }
        sight.weights = Observation(
          standing.weights, source: "simulated DNS", observedAt: clock.wall.now(), staleAfter: .seconds(10))
        sight.weightsGeneration = max(sight.weightsGeneration, standing.generation)
      }
    }
  }

  /// Each second; and at once by whoever has turned it round, as an engine shows the links that it keeps.
  func lookAtLink() {
    let link = world.link
    let (source, target) = (world.databases[link.source], world.databases[link.target])
    let reaches = [source, target].map { world.network.answers($0.place, from: process.place) }
    if holdsLease, reaches == [true, true] { link.move(world) }
    var view = ReplicationLinkSnapshot(
      id: World.link, mode: .stream, source: source.cloud, target: target.cloud, state: .streaming,
      since: World.epoch)
    let now = clock.wall.now()
    view.lag = sight.link?.source == view.source ? sight.link?.lag : nil
    if reaches == [true, true] {
      let missing = source.log.count - link.confirmed
      let age = missing > 0 ? max(0, (world.now - link.appliedCommit).inSeconds) : 0
      view.lag = Observation(
        .init(
          receivedBytes: 0, appliedBytes: UInt64(missing * 64), receivedSeconds: 0, appliedSeconds: age),
        source: "link", observedAt: now, staleAfter: .seconds(10))
      view.appliedPosition = LSN(UInt64(link.confirmed * 64) + 0x100)
      sight.linkMeasuredAt = now
      view.state = link.isPaused ? .paused : link.isCopying ? .baseline : age > 5 ? .catchingUp : .streaming
      if link.isSlotLost { view.state = .blocked }
    } else {
      view.state = link.isPaused ? .paused : .retrying
    }
    view.tables = [
      ReplicatedTable(
        name: "public.account", state: link.isCopying ? .copying : .streaming, rowsApplied: link.rowsApplied,
        lastVerify: link.lastVerify)
    ]
    sight.link = view
  }

  /// Shares as the load balancers tell them, to whoever reaches both.
  var seenShares: [CloudShare]? {
    let reached = World.clouds.indices.filter { world.network.answers(.front($0), from: process.place) }
    return reached.isEmpty ? nil : world.users.shares
  }
}
