import FailoverEngine
import Operations
import ReplicationEngine
import Simulation
import Synchronization

/// Two simulated clouds, with databases, a link and a record set, and a host that plays plans in them; it can be killed.
final class PlayedPlan: Sendable {
  let clock = VirtualClock()
  let journal = MemoryJournal()
  let records = SimulatedRecordSet(weights: Weights([(PlanWorld.aws, 60), (PlanWorld.azure, 40)]))
  let rows: [CloudID: SimulatedDatabase]
  let roles: [CloudID: SimulatedRoleDatabase]

  init() async throws {
    var rows: [CloudID: SimulatedDatabase] = [:]
    var roles: [CloudID: SimulatedRoleDatabase] = [:]
    for cloud in [PlanWorld.aws, PlanWorld.azure] {
      rows[cloud] = SimulatedDatabase(cloud, tables: ["public.account"], clock: clock.wall)
      roles[cloud] = SimulatedRoleDatabase(
        cloud, rights: [TableRight(table: "public.account", privileges: ["INSERT"])], clock: clock.wall)
    }
    self.rows = rows
    self.roles = roles
    // As `prepare` and the first fence would leave them.
    for (cloud, database) in roles {
      let role = database.controller("kit", clock: LeapingClock())
      if cloud == PlanWorld.azure { _ = try await role.fence(generation: Generation(1)) }
    }
  }

  /// One life of a host.
  struct Life: Sendable {
    let runner: PlanRunner
    let engine: ReplicationEngine
    let task: Task<Void, Never>

    func end() async {
      await runner.stop()
      task.cancel()
      await task.value
    }
  }

  func live() -> Life {
    let link = ReplicatedLink(id: PlanWorld.link, mode: .stream, source: PlanWorld.aws, target: PlanWorld.azure)
    let engine = ReplicationEngine(links: [link], journal: journal, clock: clock, wallClock: clock.wall) {
      [rows, clock] link, _ in
      guard let source = rows[link.source], let target = rows[link.target] else { preconditionFailure("no such cloud") }
      return SimulatedLink(from: source, to: target, clock: clock, wallClock: clock.wall)
    }
    let sight = RoleSight(
      health: { [clock] _ in
        Observation(
          HealthVerdict(health: .healthy, reasons: [], since: clock.wall.now()), source: "test",
          observedAt: clock.wall.now(), staleAfter: .seconds(5))
      },
      shares: { nil }, loss: { _, _ in nil }, leaseEnd: { _ in nil })
    let performer = FailoverPerformer(
      weights: WeightsPerformer(
        provider: records, sampler: RecordSampler(records: records), ttl: .seconds(5), clock: LeapingClock(),
        observedShares: { nil }), replication: engine,
      roles: RolePerformer(
        roles: roles.mapValues { $0.controller("kit", clock: clock) }, sight: sight, times: RoleTimes(ttl: .seconds(5)),
        divergence: ExportedNothing(), clock: LeapingClock(), wallClock: clock.wall), clock: clock)
    let runner = PlanRunner(
      journal: journal, performers: [.failover: performer], clock: clock.wall, pauses: LeapingClock(),
      fence: { nil }, onChange: { _ in })
    return Life(runner: runner, engine: engine, task: Task { await engine.run() })
  }

  /// Lets time pass until `condition` holds.
  func until(_ condition: @Sendable () async -> Bool) async {
    while await !condition() {
      for _ in 0..<20 { await Task.yield() }
      clock.advanceToNext()
    }
  }

  func link(_ life: Life) async -> ReplicationLinkSnapshot? { await life.engine.view(at: clock.wall.now()).first }

  /// The plan, made from what is seen now.
  func plan(_ request: FailoverRequest, id: String, _ life: Life) async throws -> Plan {
    var snapshot = PlanWorld.snapshot()
    snapshot.generation = max(
      records.standing.generation, roles.values.map(\.standing.generation).max() ?? Generation(1))
    snapshot.recordSet.configured = World.seen(records.standing.weights)
    snapshot.replication = await link(life).map { [$0] } ?? []
    snapshot.primary = nil
    for index in snapshot.clouds.indices {
      let cloud = snapshot.clouds[index].id
      let writes = roles[cloud]?.takesWrites ?? false
      snapshot.clouds[index].database = World.seen(PlanWorld.database(writes ? .primary : .secondary))
      if writes { snapshot.primary = cloud }
    }
    return try FailoverPlanner(settings: PlanWorld.settings(.proof)).plan(
      request, id: PlanID(id), in: snapshot, now: PlanWorld.now)
  }

  /// What a person would look at afterwards.
  var state: String {
    let writers = roles.filter { $0.value.takesWrites }.map(\.key.rawValue).sorted().joined(separator: "+")
    return "\(writers.isEmpty ? "nobody" : writers) writes, \(records.standing.weights.ratio)"
  }
}

/// Answers as the record set stands.
struct RecordSampler: AnswerSampler {
  let records: SimulatedRecordSet

  func sample(_ count: Int) async -> AnswerSample {
    let weights = records.standing.weights
    var counts: [CloudID: Int] = [:]
    for cloud in weights.clouds { counts[cloud] = Int((weights.share(of: cloud) * Double(count)).rounded()) }
    return AnswerSample(countByCloud: counts, foreignCount: 0, servers: [.init(address: "a", answering: true)])
  }
}

/// There is nothing that only one side has.
struct ExportedNothing: DivergencePort {
  func export(_ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void) async throws
    -> String
  { "nothing is only at \(cloud)" }

  func merge(_ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void) async throws
    -> String
  { "nothing was written" }
}
