import Operations

/// A snapshot of two clouds with failover: aws is the primary, azure follows it in step.
enum FailoverWorld {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let now = Timestamp(microsecondsSinceEpoch: 1_795_442_527_000_000)

  static func seen<Value>(_ value: Value, ago: Duration = .zero) -> Observation<Value> {
    Observation(value, source: "test", observedAt: now - ago, staleAfter: .seconds(5))
  }

  static func role(
    _ cloud: CloudID, _ standing: DatabaseRole.Standing, lease: Duration? = nil, ago: Duration = .zero
  ) -> FailoverSnapshot.RoleView {
    // The database's clock is two minutes ahead of ours.
    let clock = now + .seconds(120) - ago
    return FailoverSnapshot.RoleView(
      cloud: cloud,
      role: seen(
        DatabaseRole(
          standing: standing, generation: Generation(7), takesWrites: standing == .primary,
          leaseExpiresAt: lease.map { clock + $0 }, clock: clock, position: LSN(1)), ago: ago))
  }

  static func link(from source: CloudID, to target: CloudID, _ state: ReplicationLinkSnapshot.State)
    -> ReplicationLinkSnapshot
  {
    var link = ReplicationLinkSnapshot(
      id: LinkID("aws-azure"), mode: .stream, source: source, target: target, state: state, since: now)
    link.tables = [
      ReplicatedTable(
        name: "public.account", state: .streaming, rowsApplied: 1,
        lastVerify: VerifySummary(at: now - .seconds(60), rowsCompared: 9, unlike: 0, seconds: 2), bytes: 40_000)
    ]
    return link
  }

  static func snapshot() -> Snapshot {
    var recordSet = RecordSetSnapshot(name: "app.example.test", ttl: .seconds(5), provider: "test")
    recordSet.configured = seen(Weights([(aws, 50), (azure, 50)]))
    let clouds = [(aws, DatabaseSnapshot.Role.primary), (azure, .secondary)].map { id, role in
      var cloud = CloudSnapshot(
        id: id, region: "r", verdict: seen(HealthVerdict(health: .healthy, reasons: [], since: now - .seconds(60))))
      cloud.vantages = (1...2).map {
        VantageSnapshot(
          id: VantageID("v\($0)"), network: "n\($0)", health: .healthy, detail: "200", lastProbeAt: now)
      }
      cloud.database = seen(
        DatabaseSnapshot(role: role, writable: role == .primary, connections: 3, maxConnections: 100, version: "15"))
      return cloud
    }
    var snapshot = Snapshot(
      service: "app.example.test", generatedAt: now, generation: Generation(7), primary: aws, automation: .automatic,
      lease: LeaseSnapshot(holder: "kit@ops1 pid 1", heldHere: true), clouds: clouds, recordSet: recordSet)
    snapshot.replication = [link(from: aws, to: azure, .streaming)]
    var failover = FailoverSnapshot(state: .watching, policy: .automatic, isPaused: false, since: now, ledger: [])
    failover.roles = [role(aws, .primary, lease: .seconds(6)), role(azure, .fenced)]
    snapshot.failover = failover
    return snapshot
  }

  /// An operation of failover that has ended.
  static func ended(_ request: FailoverRequest, took seconds: Int) -> OperationSnapshot {
    var operation = OperationSnapshot(
      id: OperationID("f-1"), title: "moved", kind: .failover, state: .done, actor: "automatic",
      startedAt: now - .seconds(60 + seconds),
      steps: [
        .init(
          title: "fence", mutates: true, state: .done, startedAt: now - .seconds(60 + seconds),
          endedAt: now - .seconds(60))
      ])
    operation.endedAt = now - .seconds(60)
    operation.request = .failover(request)
    return operation
  }
}
