import Operations

extension FailoverMachine {
  /// Whose database takes writes: as it is seen, or as it was when last seen.
  var primary: CloudID? { snapshot?.primary ?? memory.primary }

  func assess(at now: Timestamp) -> Assessment {
    guard let snapshot else { return Assessment() }
    let sight = Sight(snapshot: snapshot, policy: policy, now: now)
    var assessed = Assessment()
    assessed.isCutOff = sight.isCutOff
    assessed.isActing = own != nil || changing(in: snapshot, [.failover]) != nil
    assessed.concern = concern(sight)
    let focus = assessed.concern ?? primary.map { concern(Concern.Place(cloud: $0, part: .cloud), sight) }
    let remedy = focus.flatMap { self.remedy(for: $0, sight) }
    if assessed.concern != nil { assessed.request = remedy?.request }
    let loss = remedy?.target.flatMap { self.loss(to: $0, sight) }
    assessed.loss = loss.map { observation(of: $0, now) }
    let ledger = LedgerBuilder(machine: self, sight: sight, focus: focus, remedy: remedy, loss: loss)
    assessed.conditions = ledger.conditions()
    // What still looks wrong after a change may be a view from before it.
    if assessed.concern != nil, let changed = ledger.unseenChange, now - changed < .seconds(10) {
      assessed.isActing = true
    }
    return assessed
  }

  /// What is most wrong: the primary before the others, certainty before suspicion.
  private func concern(_ sight: Sight) -> Concern? {
    var places: [Concern.Place] = []
    if let primary {
      places = [Concern.Place(cloud: primary, part: .cloud), Concern.Place(cloud: primary, part: .database)]
    }
    for cloud in sight.snapshot.clouds where cloud.id != primary && takesTraffic(cloud.id, sight.snapshot) {
      places.append(Concern.Place(cloud: cloud.id, part: .cloud))
    }
    let concerns = places.map { concern($0, sight) }
    return concerns.first { $0.standing == .down } ?? concerns.first { $0.standing == .suspect }
  }

  /// A cloud without traffic that is not the primary harms nobody. What is not known may be traffic.
  private func takesTraffic(_ cloud: CloudID, _ snapshot: Snapshot) -> Bool {
    snapshot.recordSet.configured.map { ($0.value[cloud] ?? 0) > 0 } ?? true
  }

  private func concern(_ place: Concern.Place, _ sight: Sight) -> Concern {
    let cloud = sight.snapshot.cloud(place.cloud)
    let standing = cloud.map { place.part == .cloud ? sight.standing(of: $0) : sight.databaseStanding(of: $0) }
    let clock = clocks[place]
    // Where there are databases and none is known to be the primary, any of them may be.
    let mayWrite = place.cloud == primary || primary == nil && hasDatabases(sight.snapshot)
    return Concern(
      place: place, standing: standing ?? .unknown,
      isConfirmed: clock.map { $0.isDown && $0.downFor >= policy.confirmation(of: place.cloud) } ?? false,
      movesWrites: mayWrite)
  }

  private func hasDatabases(_ snapshot: Snapshot) -> Bool {
    !snapshot.replication.isEmpty || !roles.isEmpty || snapshot.clouds.contains { $0.database != nil }
  }

  /// What would help against a concern, whatever else forbids it.
  struct Remedy: Sendable, Equatable {
    var request: FailoverRequest
    /// Where the right to write would go; nil for traffic alone.
    var target: CloudID?
    /// The clouds that would get traffic.
    var gaining: [CloudID]
  }

  private func remedy(for concern: Concern, _ sight: Sight) -> Remedy? {
    guard concern.movesWrites else { return shift(from: concern.place.cloud, sight) }
    guard concern.place.cloud == primary, let target = target(from: concern.place.cloud, sight) else { return nil }
    return Remedy(request: .failover(to: target), target: target, gaining: [target])
  }

  /// The fittest of the others: healthy with a database that answers, then the one that lacks least.
  private func target(from primary: CloudID, _ sight: Sight) -> CloudID? {
    let others = sight.snapshot.clouds.filter { cloud in
      cloud.id != primary && sight.standing(of: cloud) != .down
        && (cloud.database != nil || losses.hasWay(from: primary, to: cloud.id))
    }
    func rank(_ cloud: CloudSnapshot) -> Int {
      guard sight.isHealthy(cloud) else { return 2 }
      return sight.database(of: cloud) == nil ? 1 : 0
    }
    func lacks(_ cloud: CloudSnapshot) -> Double { loss(to: cloud.id, sight)?.estimate.seconds ?? .infinity }
    return others.min { (rank($0), lacks($0)) < (rank($1), lacks($1)) }?.id
  }

  private func shift(from cloud: CloudID, _ sight: Sight) -> Remedy? {
    guard let standing = sight.snapshot.recordSet.configured?.value, (standing[cloud] ?? 0) > 0 else { return nil }
    let survivors = standing.clouds.filter { id in
      id != cloud && sight.snapshot.cloud(id).map { sight.standing(of: $0) != .down } ?? false
    }
    guard let weights = standing.moved(from: cloud, to: survivors) else { return nil }
    return Remedy(request: .shift(weights, stages: 1), target: nil, gaining: survivors)
  }

  /// An operation that still changes traffic or roles.
  func changing(in snapshot: Snapshot, _ kinds: Set<Plan.Kind>) -> OperationSnapshot? {
    snapshot.operations.first { !$0.state.isFinal && !$0.onlyWatches && kinds.contains($0.kind) }
  }
}
