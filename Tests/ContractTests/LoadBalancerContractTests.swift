import HTTPAdapter
import LocalCloudTestSupport
import Operations
import Simulation
import TestSupport
import Testing

/// What every load balancer's observer promises, tried on HAProxy and on the simulation.
@Suite(.timeLimit(.minutes(2))) struct LoadBalancerContractTests {
  enum Kind: CaseIterable, Sendable { case haproxy, simulation }

  /// A balancer before three targets, and what can happen to them.
  private struct World {
    var observer: any LoadBalancerObserver
    var set: (SimulatedBalancer.Condition, String) async throws -> Void
    var serve: (Int) async throws -> Void
    var stop: () -> Void
    var start: () async -> Void
  }

  private static let names = ["one", "two", "three"]

  private func withWorld(_ kind: Kind, _ body: (World) async throws -> Void) async throws {
    switch kind {
    case .simulation:
      let balancer = SimulatedBalancer(targets: Self.names)
      try await body(
        World(
          observer: balancer, set: { balancer.set($0, of: $1) }, serve: { balancer.serve($0) },
          stop: { balancer.fail("connection refused") }, start: { balancer.fail(nil) }))
    case .haproxy:
      let instances = Self.names.map { _ in Instance() }
      let balancer = await BalancerFixture(
        servers: zip(Self.names, instances).map { "server \($0) 127.0.0.1:\($1.server.port) check" })
      let client = try HTTPClient()
      try await body(
        World(
          observer: try balancer.observer(),
          set: { condition, name in
            let instance = instances[Self.names.firstIndex(of: name) ?? 0]
            if case .ill = condition { instance.isIll.raise() }
            switch condition {
            case .draining: balancer.administer("set server app/\(name) state drain")
            case .disabled: balancer.administer("set server app/\(name) state maint")
            case .well, .ill: balancer.administer("set server app/\(name) state ready")
            }
          },
          serve: { count in
            for _ in 0..<count {
              _ = try await client.send(HTTPRequest(url: "http://127.0.0.1:\(balancer.frontPort)/"))
            }
          }, stop: { balancer.stop() }, start: { await balancer.start() }))
      balancer.stop()
    }
  }

  /// A target that answers, until it is told to be ill.
  private final class Instance: Sendable {
    let isIll = Flag()
    let server: ScriptedServer

    init() {
      server = ScriptedServer { [isIll] connection in
        while !connection.readRequest().isEmpty { connection.answer(isIll.isRaised ? "503 No" : "200 OK", "") }
      }
    }
  }

  private func states(_ world: World) async throws -> [Target.State] {
    try await world.observer.observe().targets.map(\.state)
  }

  @Test(arguments: Kind.allCases) func targetsStandByNameAndAreWellWithoutAReason(kind: Kind) async throws {
    try await withWorld(kind) { world in
      #expect(try await eventually { try await states(world) == [.healthy, .healthy, .healthy] })
      let seen = try await world.observer.observe()
      #expect(seen.targets.map(\.id) == Self.names)
      #expect(seen.targets.allSatisfy { $0.reason.isEmpty && !$0.address.isEmpty })
      #expect(seen.healthyCount == 3 && !world.observer.name.isEmpty)
    }
  }

  @Test(arguments: Kind.allCases) func whatIsWrongWithATargetIsTold(kind: Kind) async throws {
    try await withWorld(kind) { world in
      try await world.set(.ill("L7STS 503"), "one")
      try await world.set(.draining, "two")
      try await world.set(.disabled, "three")
      #expect(try await eventually { try await states(world) == [.unhealthy, .draining, .unavailable] })
      let seen = try await world.observer.observe()
      #expect(seen.targets[0].reason.contains("503"))
      #expect(seen.targets.allSatisfy { !$0.reason.isEmpty })
      #expect(seen.healthyCount == 0)
      try await world.set(.well, "two")
      try await world.set(.well, "three")
      #expect(try await eventually { try await states(world) == [.unhealthy, .healthy, .healthy] })
    }
  }

  @Test(arguments: Kind.allCases) func usersRequestsAreCountedAndNothingElse(kind: Kind) async throws {
    try await withWorld(kind) { world in
      #expect(try await eventually { try await world.observer.observe().healthyCount == 3 })
      let before = try #require(try await world.observer.observe().requestsTotal)
      try await world.serve(7)
      // HAProxy counts a request when it is over, which may be after its answer has come.
      #expect(try await eventually { try await world.observer.observe().requestsTotal == before + 7 })
      // Looking counts nothing.
      #expect(try await world.observer.observe().requestsTotal == before + 7)
    }
  }

  /// Unknown is never healthy: no answer is an error and no group.
  @Test(arguments: Kind.allCases) func oneThatIsGoneIsAnErrorAndSeenAgainWhenItIsBack(kind: Kind) async throws {
    try await withWorld(kind) { world in
      #expect(try await eventually { try await world.observer.observe().healthyCount == 3 })
      try await world.serve(2)
      world.stop()
      await #expect(throws: (any Error).self) { _ = try await world.observer.observe() }
      await world.start()
      #expect(try await eventually { try await world.observer.observe().healthyCount == 3 })
      #expect(try await world.observer.observe().requestsTotal == 0, "it counts from its start")
    }
  }
}
