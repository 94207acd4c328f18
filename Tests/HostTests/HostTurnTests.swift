import Host
import Operations
import Simulation
import Testing

/// What cannot wait for the next tick.
@Suite(.timeLimit(.minutes(1))) struct HostTurnTests {
  /// The clock stands still, so that no tick ever comes.
  @Test func aChangedVerdictIsPublishedAtOnce() async throws {
    let world = try SimulatedHost()
    var parts = await world.secondParts()
    parts.clock = VirtualClock()
    let host = Host(settings: world.host.settings, parts: parts)
    await host.start()
    for (health, reason) in [(Health.down, "no answer"), (.healthy, ""), (.degraded, "slow")] {
      world.health.set(health, [reason], of: SimulatedHost.azure)
      var seen: Snapshot?
      for await snapshot in await host.snapshots()
      where snapshot.cloud(SimulatedHost.azure)?.verdict.value.health == health {
        seen = snapshot
        break
      }
      #expect(seen?.cloud(SimulatedHost.azure)?.verdict.value.reasons == [reason])
    }
    await host.stop()
    await world.end()
  }
}
