import Operations

/// What may be concluded from one snapshot at one instant, by the policy's quorum.
struct Sight {
  let snapshot: Snapshot
  let policy: FailoverPolicy
  let now: Timestamp
  /// No vantage sees anything healthy anywhere, though some have looked: the fault is here, or it cannot be told.
  let isCutOff: Bool

  init(snapshot: Snapshot, policy: FailoverPolicy, now: Timestamp) {
    self.snapshot = snapshot
    self.policy = policy
    self.now = now
    let hasLooked = snapshot.clouds.contains { cloud in cloud.vantages.contains { $0.lastProbeAt != nil } }
    isCutOff = hasLooked && snapshot.clouds.allSatisfy { Voices(of: $0, at: now).healthy.isEmpty }
  }

  /// The verdict while it speaks. One of the future is from before the clock was set back.
  func health(of cloud: CloudSnapshot) -> Health {
    guard cloud.verdict.observedAt - now <= cloud.verdict.staleAfter else { return .unknown }
    return cloud.verdict.fresh(at: now)?.health ?? .unknown
  }

  func standing(of cloud: CloudSnapshot) -> Standing {
    guard !isCutOff else { return .unknown }
    let voices = Voices(of: cloud, at: now)
    switch health(of: cloud) {
    case .down: return voices.agreeOnDown(policy) ? .down : .suspect
    case .healthy, .degraded: return voices.down.isEmpty ? .up : .suspect
    case .unknown: return voices.down.isEmpty ? .unknown : .suspect
    }
  }

  /// Down when it is not seen from here and the application beside it says so to a quorum of vantages. One of the two is
  /// a path that is broken, not a database.
  func databaseStanding(of cloud: CloudSnapshot) -> Standing {
    guard !isCutOff else { return .unknown }
    let voices = Voices(ofDatabaseOf: cloud, at: now)
    let answersHere = database(of: cloud) != nil
    if answersHere { return voices.down.isEmpty ? .up : .suspect }
    if voices.agreeOnDown(policy) { return .down }
    return voices.down.isEmpty ? .unknown : .suspect
  }

  /// What a database said of itself, while it speaks.
  func database(of cloud: CloudSnapshot?) -> DatabaseSnapshot? {
    guard let seen = cloud?.database, seen.observedAt - now <= seen.staleAfter else { return nil }
    return seen.fresh(at: now)
  }

  /// Whether a database can be asked, as far as is known: of a cloud that is down, it has answered since then. What it
  /// said before says nothing of now, however fresh.
  func canBeAsked(_ cloud: CloudSnapshot?) -> Bool {
    guard let cloud, database(of: cloud) != nil, let seen = cloud.database?.observedAt else { return false }
    return health(of: cloud) != .down || seen > cloud.verdict.value.since
  }

  /// Clouds whose databases all say, freshly, that they take the application's writes.
  var writers: [CloudID] {
    snapshot.clouds.filter { cloud in
      let database = database(of: cloud)
      return database?.role == .primary && database?.writable == true
    }.map(\.id)
  }

  /// Fit to take over: up by its verdict, and for a quorum of vantages.
  func isHealthy(_ cloud: CloudSnapshot) -> Bool {
    let health = health(of: cloud)
    return (health == .healthy || health == .degraded) && Voices(of: cloud, at: now).agreeOnHealthy(policy)
  }
}
