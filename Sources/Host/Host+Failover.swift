import FailoverEngine
public import Operations

extension Host {
  /// Tells the automation what a person wants of it.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` where no failover is configured, or it would change nothing.
  public func change(_ change: AutomationChange, actor: String) async throws {
    guard let failover else { throw HostError.invalidRequest(Self.noFailover) }
    if lease == nil {
      throw HostError.invalidRequest("this host only looks; say it to the host that holds the lease")
    }
    try await failover.engine.change(change, actor: actor)
    await publish()
  }

  /// Pauses, resumes or aborts a running operation.
  public func control(_ operation: OperationID, _ control: OperationControl, actor: String) async throws {
    try await runner.control(operation, control, actor: actor)
    await publish()
  }

  /// What holds a request of the automation's own.
  func judge(_ request: FailoverRequest) async throws -> [InterlockVerdict] {
    try await planned(request, origin: .automation).interlocks.filter(\.isBlocked)
  }

  /// The automation goes the way that a person goes, and overrides nothing.
  func actByItself(_ request: FailoverRequest) async throws -> OperationID {
    let plan = try await planned(request, origin: .automation)
    shelf.put(plan, now: parts.wallClock.now())
    return try await execute(plan.id, overriding: [], actor: FailoverMemory.automatic)
  }

  /// Whether an operation that moves the right to write is under way here, or may be: what a crash left unfinished is
  /// known once it has been taken up.
  var isMovingWrites: Bool {
    get async {
      guard hasTakenUp else { return true }
      return await runner.unfinished.contains { $0.reach == .everything }
    }
  }

  func noteFailover(_ message: String, severity: Event.Severity) async {
    await world.note(message, subject: "failover", severity: severity, at: parts.wallClock.now())
    await publish()
  }

  func planned(_ request: FailoverRequest, origin: Plan.Origin = .person) async throws -> Plan {
    guard let failover else { throw HostError.invalidRequest(Self.noFailover) }
    await lookAtRecordSetAfterChange()
    return try failover.planner.plan(
      request, id: PlanID(Token.make("f")), in: await snapshot(), now: parts.wallClock.now(), origin: origin)
  }

  /// Adds the failover engine's part to a view of the world.
  func addFailover(to snapshot: inout Snapshot) async {
    guard let failover else { return }
    let now = snapshot.generatedAt
    var view = FailoverSnapshot(
      state: .watching, policy: settings.automation, isPaused: false, since: now, ledger: [])
    view.roles = await failover.keeper.views(at: now)
    for role in view.roles { snapshot.generation = max(snapshot.generation, role.role.value.generation) }
    snapshot.failover = view
    let told = await failover.engine.take(snapshot)
    snapshot.failover = told
    snapshot.automation = told.isPaused ? .paused : settings.automation
    snapshot.addFailoverLevers(failover.planner)
    // A step that waits for a lease to end keeps it from being renewed; that ends with the operation.
    if !snapshot.operations.contains(where: { $0.kind == .failover && !$0.state.isFinal }) {
      await failover.keeper.goOn()
    }
  }

  static let noFailover = "no failover is configured; add failover: to the configuration"
}

/// What a host has where failover is configured.
struct HostFailover: Sendable {
  let engine: FailoverEngine
  let planner: FailoverPlanner
  let keeper: RoleKeeper
  let levers: HostLevers
}
