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
        refusal: { await watch.refusal() },
        fault: { await world.fault($0, of: $1, at: wallClock.now()) }),
      levers: levers)
  }

  static func rolePerformer(
    _ settings: HostSettings, _ parts: HostParts, _ world: World, _ failover: HostFailover
  ) -> RolePerformer {
    var times = RoleTimes(ttl: settings.ttl)
    if let asked = settings.failover { times.leaseMargin = asked.plans.leaseMargin }
    let (health, wallClock) = (parts.health, parts.wallClock)
    let sight = RoleSight(
      health: { await health.view(of: $0)?.verdict },
      shares: { await world.observedShares() },
      // Of two clouds the engine measures the one pair there is.
      loss: { _, _ in await failover.engine.view(at: wallClock.now()).loss },
      leaseEnd: { await failover.keeper.leaseEnd(of: $0) },
      recordSet: { [recordSet = parts.recordSet] in try await recordSet.read() })
    return RolePerformer(
      roles: parts.roles, sight: sight, times: times, divergence: parts.divergence, clock: parts.clock,
      wallClock: wallClock)
  }
}
