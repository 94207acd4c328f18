import FailoverEngine
import Operations

/// Snapshots that plans are made from: aws is the primary, azure follows it in step.
enum PlanWorld {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let link = LinkID("aws-azure")
  static let now = World.now

  static func snapshot(aws: Int = 60, azure: Int = 40) -> Snapshot {
    var snapshot = World.snapshot(weights: Weights([(Self.aws, aws), (Self.azure, azure)]))
    for index in snapshot.clouds.indices {
      snapshot.clouds[index].vantages = (1...3).map {
        VantageSnapshot(id: VantageID("v\($0)"), network: "n\(min($0, 2))", health: .healthy, detail: "200")
      }
    }
    snapshot.clouds[0].database = World.seen(database(.primary))
    snapshot.clouds[1].database = World.seen(database(.secondary))
    snapshot.replication = [replication()]
    var failover = FailoverSnapshot(state: .watching, policy: .automatic, isPaused: false, since: now, ledger: [])
    failover.roles = [view(Self.aws, .primary, lease: .seconds(6)), view(Self.azure, .fenced)]
    failover.loss = World.seen(LossEstimate(seconds: 0.4, bytes: 1200, rows: 3))
    snapshot.failover = failover
    return snapshot
  }

  static func database(_ role: DatabaseSnapshot.Role) -> DatabaseSnapshot {
    DatabaseSnapshot(role: role, writable: role == .primary, connections: 3, maxConnections: 100, version: "15")
  }

  static func view(
    _ cloud: CloudID, _ standing: DatabaseRole.Standing, lease: Duration? = nil, ago: Duration = .zero
  ) -> FailoverSnapshot.RoleView {
    // The database's clock is two minutes ahead of ours.
    let clock = now + .seconds(120) - ago
    return FailoverSnapshot.RoleView(
      cloud: cloud,
      role: World.seen(
        DatabaseRole(
          standing: standing, generation: Generation(7), takesWrites: standing == .primary,
          leaseExpiresAt: lease.map { clock + $0 }, clock: clock, position: LSN(1)), ago: ago))
  }

  static func replication(
    _ state: ReplicationLinkSnapshot.State = .streaming, mode: ReplicationMode = .stream, reversed: Bool = false,
    differences: Int? = 0
  ) -> ReplicationLinkSnapshot {
    var link = ReplicationLinkSnapshot(
      id: link, mode: mode, source: reversed ? azure : aws, target: reversed ? aws : azure, state: state, since: now)
    let verify = differences.map { VerifySummary(at: now - .seconds(60), rowsCompared: 9, unlike: $0, seconds: 2) }
    link.tables = [
      ReplicatedTable(
        name: "public.account", state: .streaming, rowsApplied: 1, lastVerify: verify, bytes: 40_000_000)
    ]
    return link
  }

  /// The primary is gone: nobody answers there, and nobody is known to be the primary.
  static func primaryLost(lease: Duration? = .seconds(6)) -> Snapshot {
    var snapshot = snapshot()
    snapshot.primary = nil
    snapshot.clouds[0] = World.cloud(aws, health: .down)
    snapshot.clouds[0].database = World.seen(database(.primary), ago: .seconds(8))
    snapshot.failover?.roles[0] = view(aws, .primary, lease: lease.map { $0 + .seconds(8) }, ago: .seconds(8))
    snapshot.replication = [replication(.retrying)]
    return snapshot
  }

  /// After a failover: azure is the primary, aws is back and does not know it.
  static func returned() -> Snapshot {
    var snapshot = snapshot(aws: 0, azure: 100)
    snapshot.primary = nil
    snapshot.clouds[1].database = World.seen(database(.primary))
    snapshot.failover?.roles = [view(aws, .primary), view(azure, .primary)]
    snapshot.replication = [replication(.paused)]
    return snapshot
  }

  static func settings(_ fencing: FailoverPolicy.Fencing = .lease) -> FailoverPlanSettings {
    var settings = FailoverPlanSettings(headroom: 0.1, minimumInterval: .seconds(10))
    settings.fencing = fencing
    settings.quorumVantages = 2
    settings.quorumNetworks = 2
    return settings
  }

  static func plan(
    _ request: FailoverRequest, in snapshot: Snapshot = snapshot(), _ settings: FailoverPlanSettings = settings(),
    origin: Plan.Origin = .person
  ) throws -> Plan {
    try FailoverPlanner(settings: settings).plan(
      request, id: PlanID("f-1"), in: snapshot, now: now, origin: origin)
  }

  /// A plan as it reads.
  static func words(_ plan: Plan) -> [String] {
    plan.steps.map { step in
      "\(step.title): \(words(step.action))" + (step.isPointOfNoReturn ? " | no return" : "")
        + (step.compensation.map { " | back: \(words($0))" } ?? "")
    }
  }

  static func words(_ action: StepAction) -> String {
    switch action {
    case .writeWeights(let from, let to, let generation): "write \(from.ratio) → \(to.ratio) @\(generation)"
    case .verifyAnswers(let weights): "answers \(weights.ratio)"
    case .observeShares(let weights): "shares \(weights.ratio)"
    case .sync(let action): action.phrase
    case .role(let action): action.phrase
    }
  }

  static func holding(_ plan: Plan) -> [String] { plan.blocking.map(\.name.rawValue) }
}
