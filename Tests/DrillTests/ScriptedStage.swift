import Drill
import Operations
import Synchronization

@testable import Lab

/// A stage whose host notices a fault at once, fails over, and does what it is asked.
final class ScriptedStage: DrillStage {
  private struct World {
    var calls: [String] = []
    var isBroken = false
    var primary = Fixture.aws
    var weights = [50, 50]
    var operations: [OperationSnapshot] = []
    var wasActed = false
    var drills: [DrillSnapshot?] = []
    var isCompared: Bool
    /// When the comparison that runs ends.
    var comparedAt: ContinuousClock.Instant?
  }

  /// How long the rows take to be compared.
  static let comparison = Duration.milliseconds(300)

  private let world: Mutex<World>
  let policy: Automation
  private let failsToHeal: Bool
  private let rowsFail: Bool

  /// - Parameter isCompared: whether the rows were compared before the drill.
  init(policy: Automation, failsToHeal: Bool = false, rowsFail: Bool = false, isCompared: Bool = true) {
    world = Mutex(World(isCompared: isCompared))
    self.policy = policy
    self.failsToHeal = failsToHeal
    self.rowsFail = rowsFail
  }

  /// What was asked of it, in order; the same only once in a row.
  var calls: [String] { world.withLock { $0.calls } }

  private func note(_ call: String) {
    world.withLock { if $0.calls.last != call || call == "heal" { $0.calls.append(call) } }
  }

  func host() async throws -> any HostClient { ScriptedClient(stage: self) }

  func inject(_ fault: Fault) async throws {
    note("inject \(fault)")
    world.withLock { $0.isBroken = true }
  }

  func heal() async throws {
    note("heal")
    if failsToHeal { throw LabError("aws", "not healthy") }
    world.withLock { $0.isBroken = false }
  }

  func killHost() async throws { note("kill") }

  func startHost() async throws { note("start") }

  func sendUsers(log: VisitLog, rows: RowNumbers) async throws {
    log.append(
      VisitRecord(
        user: 0, kind: .write, cloud: "aws", sentSeconds: 0.01, endedSeconds: 0.02, row: 1, acknowledges: true))
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(1)) }
  }

  func answers(_ count: Int) async -> AnswerSample {
    let weights = world.withLock { $0.weights }
    let aws = weights[0] == 0 ? 0 : count / 2
    return AnswerSample(
      countByCloud: [Fixture.aws: aws, Fixture.azure: count - aws], foreignCount: 0, servers: [])
  }

  /// The one row that was written has not reached the new primary.
  func presentRows(_ rows: RowNumbers, in cloud: CloudID) async throws -> [Int: Int] {
    note("rows \(cloud)")
    if rowsFail { throw LabError("\(cloud)", "not reached") }
    return cloud == Fixture.aws ? [1: 1] : [:]
  }

  func removeRows(_ rows: RowNumbers, in cloud: CloudID) async throws { note("remove \(cloud)") }

  func digests(of cloud: CloudID) async throws -> [TableDigest] {
    note("digests \(cloud)")
    return [TableDigest(name: "public.tasks", rows: 1, hash: "1")]
  }

  /// What the host would publish now; it fails over by itself where it may.
  func snapshot() -> Snapshot {
    world.withLock { world in
      compare(&world)
      if world.isBroken, policy == .automatic, !world.wasActed {
        failOver(&world, actor: "automatic")
        world.wasActed = true
      }
      return picture(world)
    }
  }

  /// What the host was told of drills, nil for the end of one.
  var drills: [DrillSnapshot?] { world.withLock { $0.drills } }

  func heard(_ drill: DrillSnapshot?) { world.withLock { $0.drills.append(drill) } }

  func change(_ change: AutomationChange) { note(change.rawValue) }

  func execute(_ request: LeverRequest) -> OperationID {
    let word =
      switch request {
      case .failover(.switchover): "switchover"
      case .failover(.failover): "failover"
      case .failover(.rejoin): "rejoin"
      case .failover(.failback): "failback"
      case .setWeights: "weights"
      case .sync(.verify): "verify"
      default: "?"
      }
    note(word)
    return world.withLock { world in
      switch word {
      case "switchover", "failover": failOver(&world, actor: "drill")
      case "failback": world.primary = Fixture.aws
      case "weights": world.weights = [50, 50]
      case "verify":
        world.comparedAt = .now + Self.comparison
        begin(&world, word, actor: "drill", state: .running, mutates: false)
        return world.operations[0].id
      default: break
      }
      if word != "switchover", word != "failover" { begin(&world, word, actor: "drill") }
      return world.operations[0].id
    }
  }

  /// A planned move is held until the rows have been compared.
  func interlocks(of request: LeverRequest) -> [InterlockVerdict] {
    switch request {
    case .failover(.switchover), .failover(.failback):
      let hold = world.withLock { $0.isCompared } ? nil : InterlockHold(reason: "not compared", remedy: "compare")
      return [InterlockVerdict(name: InterlockName("divergence"), overridability: .byName, hold: hold)]
    default: return []
    }
  }

  private func failOver(_ world: inout World, actor: String) {
    world.primary = Fixture.azure
    world.weights = [0, 50]
    begin(&world, "failover", actor: actor)
  }

  private func begin(
    _ world: inout World, _ title: String, actor: String, state: OperationSnapshot.State = .done, mutates: Bool = true
  ) {
    let operation = OperationSnapshot(
      id: OperationID("\(world.operations.count)"), title: title, kind: .failover, state: state, actor: actor,
      startedAt: Fixture.begunAt, steps: [.init(title: title, mutates: mutates, state: .done)])
    world.operations.insert(operation, at: 0)
  }

  private func compare(_ world: inout World) {
    guard let end = world.comparedAt, ContinuousClock.now >= end else { return }
    (world.comparedAt, world.isCompared) = (nil, true)
    for index in world.operations.indices { world.operations[index].state = .done }
  }

  private func picture(_ world: World) -> Snapshot {
    let now = Fixture.begunAt
    let aws: Health = world.isBroken ? .down : .healthy
    let clouds = [(Fixture.aws, aws), (Fixture.azure, Health.healthy)].map { id, health in
      CloudSnapshot(
        id: id, region: "",
        verdict: Observation(
          HealthVerdict(health: health, reasons: [], since: now), source: "", observedAt: now, staleAfter: .seconds(9)))
    }
    var records = RecordSetSnapshot(name: "app.example.test", ttl: .seconds(5), provider: "script")
    records.configured = Observation(
      Weights([(Fixture.aws, world.weights[0]), (Fixture.azure, world.weights[1])]), source: "", observedAt: now,
      staleAfter: .seconds(9))
    var snapshot = Snapshot(
      service: "app.example.test", generatedAt: now, generation: Generation(1), primary: world.primary,
      automation: policy, lease: LeaseSnapshot(holder: nil, heldHere: true), clouds: clouds, recordSet: records)
    snapshot.operations = world.operations
    snapshot.failover = FailoverSnapshot(
      state: world.wasActed ? .acted : .watching, policy: policy, isPaused: false, since: now, ledger: [])
    return snapshot
  }
}

/// The way to the scripted host.
struct ScriptedClient: HostClient {
  let stage: ScriptedStage

  func updates() -> AsyncStream<HostUpdate> {
    let stage = stage
    return AsyncStream { continuation in
      let task = Task {
        while !Task.isCancelled {
          continuation.yield(.snapshot(stage.snapshot()))
          try? await Task.sleep(for: .milliseconds(5))
        }
        continuation.finish()
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  func plan(_ request: LeverRequest) async throws -> Plan {
    let request = Requests.keep(request)
    return Plan(
      id: PlanID(request.id), kind: .failover, title: "plan", madeAt: Fixture.begunAt, request: request.value,
      generation: Generation(1), steps: [Self.drain],
      prediction: Prediction(seconds: 1, shares: [], utilisation: []), interlocks: stage.interlocks(of: request.value))
  }

  private static let drain = Plan.Step(
    title: "catch up", action: .sync(.drain(LinkID("link"))), predictedEffect: "", predictedSeconds: 0)

  func execute(_ plan: PlanID, overriding: [InterlockName], actor: String) async throws -> OperationID {
    guard let request = Requests.find(plan.rawValue) else { throw HostError.unknownPlan(plan) }
    return stage.execute(request)
  }

  func change(_ change: AutomationChange, actor: String) async throws { stage.change(change) }

  func control(_ operation: OperationID, _ control: OperationControl, actor: String) async throws {}

  func tell(of drill: DrillSnapshot?) async throws { stage.heard(drill) }

  func journal(newest limit: Int) async throws -> [JournalEntry] { [] }

  func conflicts(of link: LinkID, newest limit: Int) async throws -> [ReplicationConflict] { [] }

  func differences(of link: LinkID, limit: Int) async throws -> [TableDifference] { [] }
}

/// Requests of plans that were made, by the plan.
private enum Requests {
  private static let all = Mutex<[LeverRequest]>([])

  static func keep(_ request: LeverRequest) -> (id: String, value: LeverRequest) {
    all.withLock {
      $0.append(request)
      return (String($0.count - 1), request)
    }
  }

  static func find(_ id: String) -> LeverRequest? {
    all.withLock { requests in Int(id).flatMap { requests.indices.contains($0) ? requests[$0] : nil } }
  }
}
