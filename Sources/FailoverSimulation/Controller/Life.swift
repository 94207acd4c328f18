import FailoverEngine
import LeaseEngine
import Operations

/// One life of a controller: what a host is, made of the real parts, over the simulated ports.
///
/// Only the thread that runs the simulation touches it.
final class Life: @unchecked Sendable {
  unowned let controller: Controller
  unowned let world: World
  let process: Process
  let clock: ProcessClock
  let policy: FailoverPolicy
  let planner: FailoverPlanner
  private(set) var engine: FailoverEngine?
  private(set) var keeper: RoleKeeper?
  private(set) var runner: PlanRunner?
  private var port: ExpiringLease?
  var lease: (any HeldLease)?
  /// How often the lease has come or gone.
  var turn = 0
  var sight: LifeSight
  var operations: [OperationSnapshot] = []
  /// The engine's own part of the newest view, and when that was made.
  var failover: FailoverSnapshot?
  var viewedAt: Timestamp
  private var tasks: [Task<Void, Never>] = []
  var plans = 0
  private let number: Int
  private var isEnding = false

  init(_ controller: Controller) {
    self.controller = controller
    world = controller.world
    policy = world.scenario.policy
    process = Process(.controller(controller.index))
    clock = ProcessClock(
      world: controller.world, process: process, rate: world.scenario.rates[controller.index],
      skew: world.scenario.skews[controller.index])
    var settings = FailoverPlanSettings(policy: policy, headroom: 0.1, minimumInterval: .seconds(5))
    settings.roleInterval = .seconds(10)
    settings.gate = .seconds(4)
    planner = FailoverPlanner(settings: settings)
    sight = LifeSight(vantages: world.vantages.count)
    viewedAt = clock.wall.now()
    number = controller.disk.entries.count
  }

  func start() {
    let journal = LifeJournal(life: self)
    engine = FailoverEngine(
      policy: policy, levers: LifeLevers(self), journal: journal, clock: clock, wallClock: clock.wall)
    let roles = Dictionary(
      uniqueKeysWithValues: world.databases.map { ($0.cloud, RoleLine(life: self, database: $0) as any RoleControl) })
    let refusal: @Sendable () async -> String? = { [weak self] in
      guard let self else { return "the process has ended" }
      return await self.refusal()
    }
    keeper = RoleKeeper(
      roles: roles, policy: policy, clock: clock, wallClock: clock.wall,
      refusal: refusal,
      isMoving: { [weak self] in self?.isMoving ?? false },
      issued: { [weak self] in
        guard let self else { return Generation(0) }
        return (try? await RecordLine(life: self).read().generation) ?? Generation(0)
      },
      note: { [weak self] message in try await self?.noteInJournal(message) },
      leaveWord: { [weak self] word in try await self?.leave(word) }, fault: { _, _ in })
    runner = PlanRunner(
      journal: journal, performers: [.failover: performer(roles)], clock: clock.wall, pauses: clock,
      fence: refusal,
      onChange: { [weak self] in self?.changed($0) })
    port = ExpiringLease(store: LeaseLine(life: self), settings: world.scenario.lease, clock: clock)
    recallOperations()
    run { await $0.keepLease() }
    if let keeper { tasks.append(Task { await keeper.run() }) }
    tick()
  }

  private func performer(_ roles: [CloudID: any RoleControl]) -> any StepPerformer {
    var times = RoleTimes(ttl: world.mutation == .drainsAtOnce ? .zero : world.scenario.ttl)
    times.leaseMargin = policy.leaseMargin
    times.drainPatience = .seconds(60)
    let weights = WeightsPerformer(
      provider: RecordLine(life: self), sampler: AnswerLine(life: self), ttl: world.scenario.ttl, clock: clock,
      observedShares: { [weak self] in self?.seenShares })
    let sight = RoleSight(
      health: { [weak self] in self?.verdict(of: $0) }, shares: { [weak self] in self?.seenShares },
      loss: { [weak self] _, _ in self?.failover?.loss },
      leaseEnd: { [weak self] in await self?.keeper?.leaseEnd(of: $0) },
      recordSet: { [weak self] in
        guard let self else { throw CancellationError() }
        return try await RecordLine(life: self).read()
      }, willPromote: { [weak self] in try await self?.keeper?.willPromote($0) })
    let real = FailoverPerformer(
      weights: weights, replication: LinkPerformer(life: self),
      roles: RolePerformer(
        roles: roles, sight: sight, times: times, divergence: DivergenceLine(life: self), clock: clock,
        wallClock: clock.wall), clock: clock)
    return WatchedPerformer(life: self, real: real)
  }

  private func run(_ body: @escaping @Sendable (Life) async -> Void) {
    tasks.append(Task { [weak self] in if let self { await body(self) } })
  }

  /// As a process that is told to end: nothing new is begun, the right to write is to stand without it, and the lease is
  /// given back where nothing is under way.
  func finish() async {
    isEnding = true
    await engine?.stop()
    await runner?.stop()
    await keeper?.release()
    guard !process.isDead else { return }
    let held = lease
    lease = nil
    turn += 1
    if !operations.contains(where: { !$0.state.isFinal && !$0.onlyWatches }) { await held?.release() }
  }

  /// As a process that is killed: nothing of it reaches anybody any more.
  func end() {
    process.die()
    for task in tasks { task.cancel() }
    tasks = []
    let (runner, engine) = (runner, engine)
    Task {
      await runner?.stop()
      await engine?.stop()
    }
    (self.runner, self.engine, keeper, port, lease) = (nil, nil, nil, nil, nil)
  }

  // MARK: - The lease

  var holdsLease: Bool { lease?.stands ?? false }

  private func keepLease() async {
    while !Task.isCancelled, !process.isDead {
      if let lost = lease, !lost.stands, world.mutation != .ignoresLeaseLoss {
        world.tell("\(controller.name) has lost the lease")
        lease = nil
        turn += 1
        await lost.release()
      }
      if lease == nil, !isEnding { await tryLease() }
      try? await clock.sleep(for: lease == nil ? .seconds(1) : .milliseconds(500))
    }
  }

  private func tryLease() async {
    guard let held = try? await port?.acquire(holder: controller.name), !process.isDead else { return }
    await keeper?.inherit { [world] in
      let word = try await held.word()
      return world.mutation == .forgetsTheWord ? World.clouds.map(\.rawValue).joined(separator: " ") : word
    }
    guard !process.isDead else { return }
    lease = held
    turn += 1
    world.tell("\(controller.name) holds the lease")
    for id in (try? await runner?.resume()) ?? [] { world.tell("\(controller.name) takes up operation \(id)") }
  }

  private func leave(_ word: String?) async throws {
    guard let lease else { throw HostError.failed("the lease is not held by this host") }
    try await lease.leave(word)
  }

  func refusal() async -> String? {
    if world.mutation == .ignoresLeaseLoss, turn > 0 { return nil }
    let asked = turn
    guard let lease else { return "the lease is not held by this host" }
    if let reason = await lease.recheck() { return reason }
    return turn == asked ? nil : "the lease is not held by this host"
  }

  // MARK: - Operations

  /// Whether an operation that moves the right to write is under way here.
  var isMoving: Bool { operations.contains { $0.kind == .failover && !$0.state.isFinal && $0.reach != .traffic } }

  func changed(_ operation: OperationSnapshot) {
    if let index = operations.firstIndex(where: { $0.id == operation.id }) {
      operations[index] = operation
    } else {
      operations.insert(operation, at: 0)
      if operations.count > 8 { operations.removeLast() }
    }
  }

  private func recallOperations() {
    var byOperation: [OperationID: [JournalEntry]] = [:]
    var order: [OperationID] = []
    for entry in controller.disk.entries.suffix(400) {
      guard let id = entry.operation else { continue }
      if byOperation[id] == nil { order.append(id) }
      byOperation[id, default: []].append(entry)
    }
    operations = Array(order.reversed().compactMap { byOperation[$0].flatMap(OperationMachine.ended) }.prefix(8))
  }

  private func noteInJournal(_ message: String) async throws {
    _ = try await LifeJournal(life: self).append(
      .init(at: clock.wall.now(), operation: nil, actor: FailoverMemory.automatic, kind: .noted(message)))
  }

  func nextPlanID() -> PlanID {
    plans += 1
    return PlanID("f\(controller.index + 1)-\(number)-\(plans)")
  }
}
