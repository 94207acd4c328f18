import Operations

@testable import FailoverEngine

extension Timeline {
  static func seen<Value>(_ value: Value, _ at: Timestamp, stale: Double = 4) -> Observation<Value> {
    Observation(value, source: "test", observedAt: at, staleAfter: .milliseconds(Int64(stale * 1000)))
  }

  static func letter(_ phase: FailoverSnapshot.State) -> Character {
    switch phase {
    case .watching: "-"
    case .suspecting: "s"
    case .confirmed: "c"
    case .countdown: "k"
    case .proposing: "p"
    case .acting: "A"
    case .acted: "a"
    case .cutOff: "o"
    }
  }

  mutating func observe(_ letter: Character, at index: Int) {
    var cloud = clouds[index].snapshot
    guard letter != "." else { return }
    let healths: [Health]
    let verdict: Health
    switch letter {
    case "x", "w": (verdict, healths) = (.down, [.down, .down, .down, .down])
    case "1": (verdict, healths) = (.degraded, [.down, .healthy, .healthy, .healthy])
    case "n": (verdict, healths) = (.down, [.unknown, .down, .down, .unknown])
    case "m": (verdict, healths) = (.down, [.down, .down, .healthy, .healthy])
    case "h": (verdict, healths) = (.healthy, [.healthy, .unknown, .unknown, .unknown])
    case "?": (verdict, healths) = (.unknown, [.unknown, .unknown, .unknown, .unknown])
    default: (verdict, healths) = (.healthy, [.healthy, .healthy, .healthy, .healthy])
    }
    let since = cloud.verdict.value.health == verdict ? cloud.verdict.value.since : now
    cloud.verdict = Timeline.seen(HealthVerdict(health: verdict, reasons: ["because of \(letter)"], since: since), now)
    cloud.vantages = zip(Timeline.networks, healths).map { place, health in
      var vantage = VantageSnapshot(
        id: VantageID(place.0), network: place.1, health: health, detail: String(letter), lastProbeAt: now)
      let word: Health = letter == "d" ? .down : "x?w".contains(letter) ? .unknown : .healthy
      vantage.database = Timeline.seen(DatabaseWord(health: word, isWritable: nil, detail: "told"), now)
      return vantage
    }
    if !"xdl?".contains(letter) { observeDatabase(of: &cloud) }
    clouds[index].snapshot = cloud
  }

  private mutating func observeDatabase(of cloud: inout CloudSnapshot) {
    let isPrimary = cloud.id == primary
    cloud.database = Timeline.seen(
      DatabaseSnapshot(
        role: isPrimary ? .primary : .secondary, writable: isPrimary, connections: 1, maxConnections: 9, version: "15"),
      now)
    let end = isPrimary ? leaseSeconds.map { now + .milliseconds(Int64($0 * 1000)) } : nil
    roles[cloud.id] = Timeline.seen(
      DatabaseRole(
        standing: isPrimary ? .primary : .fenced, generation: Generation(1), takesWrites: isPrimary,
        leaseExpiresAt: end, clock: now, position: LSN(1000)), now)
    guard isPrimary, link?.source == cloud.id else { return }
    let lag = ReplicationLinkSnapshot.Lag(
      receivedBytes: 0, appliedBytes: 100, receivedSeconds: 0, appliedSeconds: lagSeconds)
    let seen = Observation(lag, source: "link", observedAt: now, staleAfter: .seconds(15))
    link?.lag = seen
    let position = LSN(UInt64(second) * 1000)
    link?.appliedPosition = position
  }

  /// The world as the host shows it: a primary is known while its database was seen lately.
  func snapshot() -> Snapshot {
    var recordSet = RecordSetSnapshot(name: "app.example.test", ttl: .seconds(5), provider: "PowerDNS")
    recordSet.configured = Timeline.seen(weights, now, stale: 10)
    let known = clouds.first { $0.snapshot.id == primary }?.snapshot.database?.fresh(at: now)
    var snapshot = Snapshot(
      service: "app", generatedAt: now, generation: Generation(7),
      primary: known?.role == .primary ? primary : nil, automation: .automatic,
      lease: LeaseSnapshot(holder: "kit@ops1", heldHere: holdsLease), clouds: clouds.map(\.snapshot),
      recordSet: recordSet)
    snapshot.replication = link.map { [$0] } ?? []
    snapshot.operations = operations
    snapshot.journalFault = journalFault
    // Of the machine's own part it reads nothing but the roles, which others put in; its view would cost as much as a
    // decision.
    var failover = FailoverSnapshot(
      state: machine.phase, policy: machine.policy.automation, isPaused: false, since: now, ledger: [])
    failover.roles = roles.keys.sorted().compactMap { id in
      roles[id].map { FailoverSnapshot.RoleView(cloud: id, role: $0) }
    }
    snapshot.failover = failover
    return snapshot
  }

  func condition(_ name: String) -> FailoverCondition? { machine.view(at: now).ledger.first { $0.name == name } }

  var unmet: [String] { machine.view(at: now).unmet.map(\.name) }
}
