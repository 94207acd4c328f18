import Host
import LeaseEngine
import Operations
import Simulation
import Testing

/// Hosts whose lease is kept at a third site, in virtual time.
@Suite(.timeLimit(.minutes(1))) struct HostLeaseTests {
  private let clock = VirtualClock()
  private let site: SimulatedLeaseSite

  init() { site = SimulatedLeaseSite(clock: clock) }

  private func lease(of controller: String) -> ExpiringLease {
    ExpiringLease(store: site.line(of: controller), settings: LeaseSettings(), clock: clock)
  }

  private func second(_ world: SimulatedHost) async -> Host {
    var settings = world.host.settings
    settings.holder = "ana@ops2 pid 2"
    return Host(settings: settings, parts: await world.secondParts(lease: lease(of: "ops2")))
  }

  private func snapshot(of host: Host, where isWanted: @Sendable (Snapshot) -> Bool) async -> Snapshot? {
    for await snapshot in await host.snapshots() where isWanted(snapshot) { return snapshot }
    return nil
  }

  @Test func aLeaseThatWasTakenAwayRefusesTheVeryNextMutation() async throws {
    let world = try SimulatedHost(lease: lease(of: "ops1"))
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(60, 40)))
    // Nothing has told the host yet: its clock stands still, and its interlocks are clear.
    site.takeAway()
    let id = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    let ended = await world.host.wait(for: id)
    #expect(ended?.state == .failed)
    #expect(ended?.failure == "the lease expired or was taken away, says simulated lease")
    #expect(world.recordSet.writes == 0)
    await world.end()
  }

  @Test func whoeverIsCutOffStopsAndTheOtherOneTakesOver() async throws {
    let world = try SimulatedHost(lease: lease(of: "ops1"))
    await world.start()
    let second = await second(world)
    await second.start()
    let looking = await snapshot(of: second) { $0.lease.holder != nil }
    #expect(looking?.lease == LeaseSnapshot(holder: "kit@ops1 pid 1", heldHere: false, via: "simulated lease"))
    site.inject(.cut, on: "ops1")
    clock.advance(to: .seconds(12))
    let cutOff = await world.snapshot { !$0.lease.heldHere && $0.events.contains { $0.subject == "lease" } }
    #expect(cutOff?.levers.first?.holds.map(\.name).contains(InterlockName("lease-not-held")) == true)
    #expect(cutOff?.events.first { $0.message.hasPrefix("lost: the lease was last renewed 12 s ago") } != nil)
    #expect(site.standing?.holder == "kit@ops1 pid 1", "it stopped before it is anybody else's")
    clock.advance(to: .seconds(15))
    let waiting = await snapshot(of: second) { $0.lease.holder?.contains("vanished") == true }
    #expect(waiting?.lease.holder == "kit@ops1 pid 1, who vanished; free in 15 s")
    // Its own polling keeps the claim alive; the site's time must not pass it by.
    clock.advance(to: .seconds(25))
    _ = await snapshot(of: second) { $0.lease.holder?.hasSuffix("free in 5.0 s") == true }
    clock.advance(to: .seconds(31))
    let taken = await snapshot(of: second) { $0.lease.heldHere }
    #expect(taken?.lease == LeaseSnapshot(holder: "ana@ops2 pid 2", heldHere: true, via: "simulated lease"))
    #expect(await !world.host.holdsLease)
    await second.stop()
    await world.end()
  }

  @Test func withoutTheSiteWatchingGoesOn() async throws {
    site.inject(.cut, on: "ops1")
    let world = try SimulatedHost(lease: lease(of: "ops1"))
    await world.host.start()
    let seen = await world.snapshot {
      $0.recordSet.authoritative != nil && $0.events.contains { $0.subject == "lease" }
    }
    #expect(seen?.lease == LeaseSnapshot(holder: nil, heldHere: false, via: "simulated lease"))
    #expect(seen?.events.first { $0.subject == "lease" }?.message == "simulated lease: no answer")
    let later = await world.snapshot { $0.generatedAt > (seen?.generatedAt ?? Timestamp(secondsSinceEpoch: 0)) }
    #expect(later?.recordSet.authoritative != nil)
    site.inject(nil, on: "ops1")
    let held = await world.snapshot { $0.lease.heldHere }
    #expect(held?.events.contains { $0.subject == "lease" && $0.message == "answers again" } == true)
    await world.end()
  }

  @Test func aHostThatEndsGivesTheLeaseBack() async throws {
    let world = try SimulatedHost(ttl: .seconds(3600), lease: lease(of: "ops1"))
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(60, 40)))
    _ = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    // All that is left is watching the answers.
    _ = await world.snapshot { $0.operations.first?.onlyWatches == true }
    await world.host.stop()
    #expect(site.standing == nil)
    let taken = try await lease(of: "ops2").acquire(holder: "ana@ops2")
    #expect(taken?.stands == true, "nobody vanished, so nobody waits")
    await taken?.release()
    await world.end()
  }

  @Test func aHostThatEndsInTheMiddleOfAChangeDoesNot() async throws {
    let world = try SimulatedHost(lease: lease(of: "ops1"))
    var parts = await world.secondParts()
    parts.recordSet = HangingRecordSet(standing: world.recordSet)
    let host = Host(settings: world.host.settings, parts: parts)
    await host.start()
    _ = await snapshot(of: host) { $0.recordSet.configured != nil && $0.recordSet.authoritative != nil }
    let plan = try await host.plan(.setWeights(SimulatedHost.weights(60, 40)))
    _ = try await host.execute(plan.id, overriding: [], actor: "kit@ops1")
    _ = await snapshot(of: host) { $0.operations.first?.steps.first?.state == .running }
    await host.stop()
    #expect(site.standing?.holder == "kit@ops1 pid 1")
    #expect(try await lease(of: "ops2").acquire(holder: "ana@ops2") == nil)
    await world.end()
  }

  /// Takes a change, and does not say what became of it.
  private struct HangingRecordSet: RecordSetProvider {
    let standing: SimulatedRecordSet

    var name: String { standing.name }

    func read() async throws -> RecordSetState { try await standing.read() }

    func replace(_ expected: Weights, with weights: Weights, generation: Generation) async throws {
      try await Task.sleep(for: .seconds(3600))
    }
  }
}
