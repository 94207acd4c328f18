import Operations
import ReplicationEngine

/// Snapshots that tests start from: one link that streams, all well.
enum SyncWorld {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let id = LinkID("aws-azure")
  static let now = Timestamp(secondsSinceEpoch: 1_700_000_000)

  static func snapshot(_ change: (inout ReplicationLinkSnapshot) -> Void = { _ in }) -> Snapshot {
    var snapshot = Snapshot(
      service: "app", generatedAt: now, generation: Generation(7), primary: aws, automation: .manual,
      lease: LeaseSnapshot(holder: "kit@ops1", heldHere: true), clouds: [cloud(aws, writable: true), cloud(azure)],
      recordSet: RecordSetSnapshot(name: "app.example.test", ttl: .seconds(5), provider: "PowerDNS"))
    var link = ReplicationLinkSnapshot(
      id: id, mode: .stream, source: aws, target: azure, state: .streaming, since: now)
    link.lag = seen(.init(receivedBytes: 0, appliedBytes: 2_500_000, receivedSeconds: 0, appliedSeconds: 0))
    link.slot = seen(.init(name: "s", active: true, retainedBytes: 1200, safeBytes: 3_000_000_000))
    link.clockSkewSeconds = 0.01
    link.tables = [
      ReplicatedTable(name: "public.account", state: .streaming, bytes: 40_000_000),
      ReplicatedTable(name: "public.entry", state: .streaming, bytes: 60_000_000),
      ReplicatedTable(name: "public.log", state: .refused, reason: "no key", bytes: 9_000_000_000),
    ]
    change(&link)
    snapshot.replication = [link]
    return snapshot
  }

  static func cloud(_ id: CloudID, writable: Bool = false) -> CloudSnapshot {
    var cloud = CloudSnapshot(
      id: id, region: "r", verdict: seen(HealthVerdict(health: .healthy, reasons: [], since: now)))
    cloud.database = seen(
      DatabaseSnapshot(
        role: writable ? .primary : .secondary, writable: writable, connections: 1, maxConnections: 10, version: "15"))
    return cloud
  }

  static func seen<Value>(_ value: Value, ago: Duration = .zero) -> Observation<Value> {
    Observation(value, source: "test", observedAt: now - ago, staleAfter: .seconds(5))
  }

  static func plan(
    _ request: SyncRequest, in snapshot: Snapshot = snapshot(), settings: SyncSettings = SyncSettings()
  ) throws -> Plan {
    try SyncPlanner(settings: settings).plan(request, id: PlanID("r-1"), in: snapshot, now: now)
  }

  static func verified(_ link: inout ReplicationLinkSnapshot, missing: Int = 0, ago: Duration = .seconds(5)) {
    for index in link.tables.indices where link.tables[index].state == .streaming {
      link.tables[index].lastVerify = VerifySummary(
        at: now - ago, rowsCompared: 100, missing: index == 0 ? missing : 0, seconds: 4)
    }
  }

  static func blocking(_ plan: Plan) -> [String] { plan.blocking.map(\.name.rawValue) }
}
