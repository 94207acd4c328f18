import FailoverEngine
import Operations

extension Host {
  static func failover(
    _ settings: HostSettings, _ parts: HostParts, _ world: World, _ watch: LeaseWatch
  ) -> HostFailover? {
    guard let asked = settings.failover else { return nil }
    let levers = HostLevers()
    let wallClock = parts.wallClock
    return HostFailover(
      engine: FailoverEngine(
        policy: asked.policy, levers: levers, journal: parts.journal, clock: parts.clock, wallClock: wallClock),
      planner: FailoverPlanner(settings: asked.plans),
      keeper: RoleKeeper(
        roles: parts.roles, policy: asked.policy, clock: parts.clock, wallClock: wallClock,
        refusal: { await watch.refusal() }, isMoving: { await levers.isMovingWrites },
        issued: { await issued(parts, world) },
        note: { try await note($0, parts, world) },
        leaveWord: { try await watch.leave($0) },
        fault: { await world.fault($0, of: $1, at: wallClock.now()) }),
      levers: levers)
  }

  /// The record set's generation, as it is now; where it cannot be read, as it was last.
  private static func issued(_ parts: HostParts, _ world: World) async -> Generation {
    let known = await world.generation
    guard let standing = try? await parts.recordSet.read() else { return known }
    return max(known, standing.generation)
  }

  /// What is done that is no operation is in the journal before it is done.
  private static func note(_ message: String, _ parts: HostParts, _ world: World) async throws {
    let now = parts.wallClock.now()
    _ = try await parts.journal.append(
      .init(at: now, operation: nil, actor: FailoverMemory.automatic, kind: .noted(message)))
    await world.note(message, subject: "failover", severity: .warning, at: now, actor: FailoverMemory.automatic)
  }

  static func rolePerformer(
    _ settings: HostSettings, _ parts: HostParts, _ world: World, _ failover: HostFailover
  ) -> RolePerformer {
    var times = RoleTimes(ttl: settings.ttl)
    if let asked = settings.failover { times.leaseMargin = asked.plans.leaseMargin }
    let (health, wallClock) = (parts.health, parts.wallClock)
    let sight = RoleSight(
      health: { await health.view(of: $0)?.verdict },
      shares: { await world.residues() },
      // Of two clouds the engine measures the one pair there is.
      loss: { _, _ in await failover.engine.view(at: wallClock.now()).loss },
      leaseEnd: { await failover.keeper.leaseEnd(of: $0) },
      recordSet: { [recordSet = parts.recordSet] in try await recordSet.read() },
      willPromote: { try await failover.keeper.willPromote($0) })
    return RolePerformer(
      roles: parts.roles, sight: sight, times: times, divergence: parts.divergence, clock: parts.clock,
      wallClock: wallClock)
  }
}
