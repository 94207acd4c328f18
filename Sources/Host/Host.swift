import FailoverEngine
public import Operations
import ReplicationEngine

/// The composition of it all at run time: observes the world, publishes snapshots, makes and executes plans.
public actor Host {
  public nonisolated let settings: HostSettings
  let parts: HostParts
  let world: World
  let runner: PlanRunner
  let weightsPlanner: WeightsPlanner
  let syncPlanner: SyncPlanner
  /// Nil where no failover is configured.
  let failover: HostFailover?
  var shelf = PlanShelf()
  var lease: (any HeldLease)?
  let watch: LeaseWatch
  /// Whether what a crash left unfinished has been taken up since the lease came.
  var hasTakenUp = false
  private var tasks: [Task<Void, Never>] = []
  private var linkTask: Task<Void, Never>?
  /// Whether links are run, or only looked at; nil before the first of either.
  private var runsLinks: Bool?
  private var subscribers: [Int: AsyncStream<Snapshot>.Continuation] = [:]
  private var nextSubscriber = 0
  private var newest: Snapshot?
  private var publishing = false
  private var publishAgain = false

  public init(settings: HostSettings, parts: HostParts) {
    let world = World(settings: settings, parts: parts.clouds)
    let watch = LeaseWatch()
    let changes = ChangeRelay()
    self.settings = settings
    self.parts = parts
    self.world = world
    self.watch = watch
    weightsPlanner = WeightsPlanner(settings: settings.weights)
    syncPlanner = SyncPlanner(settings: settings.sync)
    let performer = WeightsPerformer(
      provider: parts.recordSet, sampler: parts.sampler, ttl: settings.ttl, clock: parts.clock,
      observedShares: { await world.observedShares() })
    var performers: [Plan.Kind: any StepPerformer] = [.weights: performer]
    performers[.replication] = parts.replication
    failover = Self.failover(settings, parts, world, watch)
    if let failover {
      performers[.failover] = FailoverPerformer(
        weights: performer, replication: parts.replication,
        roles: Self.rolePerformer(settings, parts, world, failover), clock: parts.clock)
    }
    runner = PlanRunner(
      journal: parts.journal, performers: performers, clock: parts.wallClock,
      fence: { await watch.refusal() },
      onChange: { [wallClock = parts.wallClock] operation in
        await world.operationChanged(operation, at: wallClock.now())
        await changes.fire()
      })
    self.changes = changes
  }

  private let changes: ChangeRelay

  /// Begins to observe, which waits for nothing; takes the lease if it is free, and then takes up what a crash left
  /// unfinished.
  ///
  /// - Parameter looking: only look: the lease is left to whoever wants to move levers.
  public func start(onlyLooking looking: Bool = false) async {
    await changes.onFire { [weak self] in await self?.publish() }
    await failover?.levers.join(self)
    await recallOperations()
    startObserving()
    if looking {
      await setLease(nil)
    } else {
      await tryLease()
      tasks.append(Task { [weak self] in await self?.keepLease() })
    }
  }

  /// Ends observing and publishing. A running operation stays unfinished in the journal and is resumed by the next
  /// start.
  public func stop() async {
    await failover?.engine.stop()
    await runner.stop()
    await failover?.keeper.release()
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    linkTask?.cancel()
    await linkTask?.value
    linkTask = nil
    runsLinks = nil
    tasks = []
    for subscriber in subscribers.values { subscriber.finish() }
    subscribers = [:]
    await letGoOfLease()
  }

  /// Whether this host holds the lease, and so serves the control socket.
  public var holdsLease: Bool { lease != nil }

  /// Snapshots as they are published, beginning with the newest; a slow reader skips.
  public func snapshots() -> AsyncStream<Snapshot> {
    let id = nextSubscriber
    nextSubscriber += 1
    let (stream, continuation) = AsyncStream.makeStream(of: Snapshot.self, bufferingPolicy: .bufferingNewest(1))
    subscribers[id] = continuation
    continuation.onTermination = { [weak self] _ in Task { await self?.unsubscribe(id) } }
    if let newest { continuation.yield(newest) }
    return stream
  }

  /// The world now.
  public func snapshot() async -> Snapshot {
    var health: [CloudID: CloudHealthView] = [:]
    for cloud in parts.clouds { health[cloud.id] = await parts.health.view(of: cloud.id) }
    let now = parts.wallClock.now()
    let links = await parts.replication?.view(at: now) ?? []
    var snapshot = await world.snapshot(health: health, links: links, at: now)
    await addFailover(to: &snapshot)
    newest = snapshot
    return snapshot
  }

  func publish() async {
    // Changes that come while a snapshot is being made are in the next one.
    publishAgain = true
    guard !publishing else { return }
    publishing = true
    while publishAgain {
      publishAgain = false
      let snapshot = await snapshot()
      for subscriber in subscribers.values { subscriber.yield(snapshot) }
    }
    publishing = false
  }

  /// Tells a fault of something that serves the host, as an event.
  public func report(_ fault: String, of subject: String) async {
    await world.fault(fault, of: subject, at: parts.wallClock.now())
  }

  private func unsubscribe(_ id: Int) { subscribers[id] = nil }

  func adopt(_ task: Task<Void, Never>) { tasks.append(task) }

  /// The holder of the lease keeps the links going, everybody else looks. A lost lease ends the work at once.
  func switchLinks(running: Bool) {
    guard let links = parts.replication, runsLinks != running else { return }
    runsLinks = running
    let before = linkTask
    before?.cancel()
    linkTask = Task {
      await before?.value
      if running { await links.run() } else { await links.look() }
    }
  }
}
