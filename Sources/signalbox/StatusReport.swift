import Operations

/// What `status --format json` prints: stable names for scripts. A figure that is stale or was never seen is null.
struct StatusReport: Encodable {
  struct Cloud: Encodable {
    struct Latency: Encodable {
      @Nullable var p50: Double?
      @Nullable var p99: Double?
    }

    struct Targets: Encodable {
      @Nullable var healthy: Int?
      @Nullable var total: Int?
    }

    struct Weight: Encodable {
      @Nullable var configured: Int?
      @Nullable var authoritative: Double?
      @Nullable var observedShare: Double?
    }

    struct Replication: Encodable {
      @Nullable var lagBytes: UInt64?
      @Nullable var lagSeconds: Double?
    }

    var id: CloudID
    var region: String
    var health: Health
    var reasons: [String]
    @Nullable var role: DatabaseSnapshot.Role?
    @Nullable var writable: Bool?
    @Nullable var release: String?
    var latencyMilliseconds: Latency
    var targets: Targets
    var weight: Weight
    var replication: Replication
    @Nullable var requestsPerSecond: Double?
  }

  var service: String
  var generatedAt: Timestamp
  var generation: Generation
  @Nullable var primary: CloudID?
  var automation: Automation
  var lease: LeaseSnapshot
  var clouds: [Cloud]
  var links: [LinkReport]
  var levers: [LeverSnapshot]
  @Nullable var failover: FailoverSnapshot?
  @Nullable var drill: DrillSnapshot?
  var operations: [OperationSnapshot]
  var interlocks: [InterlockVerdict]
  var events: [Event]

  init(_ snapshot: Snapshot) {
    service = snapshot.service
    generatedAt = snapshot.generatedAt
    generation = snapshot.generation
    primary = snapshot.primary
    automation = snapshot.automation
    lease = snapshot.lease
    clouds = snapshot.clouds.map { StatusReport.cloud($0, in: snapshot) }
    links = snapshot.replication.map { LinkReport($0, at: snapshot.generatedAt) }
    levers = snapshot.levers
    _failover = Nullable(wrappedValue: snapshot.failover)
    _drill = Nullable(wrappedValue: snapshot.drill?.fresh(at: snapshot.generatedAt))
    operations = snapshot.operations
    interlocks = snapshot.interlocks
    events = Array(snapshot.events.prefix(20))
  }

  private static func cloud(_ cloud: CloudSnapshot, in snapshot: Snapshot) -> Cloud {
    let now = snapshot.generatedAt
    let verdict = cloud.verdict.fresh(at: now)
    let latency = cloud.latency?.fresh(at: now)
    let targets = cloud.targetGroup?.fresh(at: now)
    let database = cloud.database?.fresh(at: now)
    let replication = cloud.replication?.fresh(at: now)
    let recordSet = snapshot.recordSet
    let weight = Cloud.Weight(
      configured: recordSet.configured?.fresh(at: now)?[cloud.id],
      authoritative: recordSet.authoritative?.fresh(at: now)?.shares.first { $0.cloud == cloud.id }?.share,
      observedShare: recordSet.observedShares?.fresh(at: now)?.first { $0.cloud == cloud.id }?.share)
    return Cloud(
      id: cloud.id, region: cloud.region, health: verdict?.health ?? .unknown,
      reasons: verdict?.reasons ?? ["the last verdict is stale"], role: database?.role, writable: database?.writable,
      release: cloud.release?.fresh(at: now),
      latencyMilliseconds: Cloud.Latency(p50: latency?.p50Milliseconds, p99: latency?.p99Milliseconds),
      targets: Cloud.Targets(healthy: targets?.healthyCount, total: targets?.targets.count), weight: weight,
      replication: Cloud.Replication(lagBytes: replication?.lagBytes, lagSeconds: replication?.lagSeconds),
      requestsPerSecond: cloud.requestsPerSecond?.fresh(at: now))
  }
}
