import FailoverEngine
public import Operations

/// The composition of it all at run time: observes the world, publishes snapshots, makes and executes plans.
public actor Host {
  public nonisolated let settings: HostSettings
  let parts: HostParts
  let world: World
  let runner: PlanRunner
  let planner: WeightsPlanner
  var shelf = PlanShelf()
  var lease: LeaseLock?
  private let watch: LeaseWatch
  private var tasks: [Task<Void, Never>] = []
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
    planner = WeightsPlanner(settings: settings.weights)
    let performer = WeightsPerformer(
      provider: parts.recordSet, sampler: parts.sampler, ttl: settings.ttl, clock: parts.clock,
      observedShares: { await world.observedShares() })
    runner = PlanRunner(
      journal: parts.journal, performers: [.weights: performer], clock: parts.wallClock,
      fence: { await watch.refusal() },
      onChange: { [wallClock = parts.wallClock] operation in
        await world.operationChanged(operation, at: wallClock.now())
        await changes.fire()
      })
    self.changes = changes
  }

  private let changes: ChangeRelay

  /// Begins to observe; takes the lease if it is free, and then takes up what a crash left unfinished.
  ///
  /// - Parameter looking: only look: the lease is left to whoever wants to move levers.
  public func start(onlyLooking looking: Bool = false) async {
    await changes.onFire { [weak self] in await self?.publish() }
    await recallOperations()
    if looking {
      await setLease(nil)
    } else {
      await tryLease()
      tasks.append(Task { [weak self] in await self?.keepLease() })
    }
    startObserving()
  }

  /// Ends observing and publishing. A running operation stays unfinished in the journal and is resumed by the next
  /// start.
  public func stop() async {
    await runner.stop()
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    tasks = []
    for subscriber in subscribers.values { subscriber.finish() }
    subscribers = [:]
    lease = nil
    await watch.set(nil)
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
    let snapshot = await world.snapshot(health: health, at: parts.wallClock.now())
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

  func setLease(_ lock: LeaseLock?) async {
    lease = lock
    await watch.set(lock)
    let holder = lock == nil ? LeaseLock.currentHolder(beside: settings.journalPath) : settings.holder
    await world.setLease(LeaseSnapshot(holder: holder, heldHere: lock != nil))
  }
}
