import FoundationEssentials
import Glibc
import Host
import Operations
import ReplicationEngine
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct HostReplicationTests {
  private static let id = LinkID("aws-azure")

  /// A host over a simulated link, in a fenced world: the application writes at aws alone.
  private struct World {
    let simulated: SimulatedHost
    let aws = SimulatedDatabase(SimulatedHost.aws, tables: ["public.account"], clock: SystemWallClock())
    let azure = SimulatedDatabase(SimulatedHost.azure, tables: ["public.account"], clock: SystemWallClock())
    let link: SimulatedLink
    let host: Host

    init() throws {
      simulated = try SimulatedHost()
      let link = SimulatedLink(from: aws, to: azure, clock: ContinuousClock(), wallClock: SystemWallClock())
      self.link = link
      let engine = ReplicationEngine(
        links: [ReplicatedLink(id: HostReplicationTests.id, mode: .stream, source: aws.node, target: azure.node)],
        journal: simulated.journal, clock: ContinuousClock(), wallClock: SystemWallClock()
      ) { _, _ in link }
      host = Host(
        settings: simulated.host.settings,
        parts: HostParts(
          journal: simulated.journal, lease: simulated.lease, recordSet: simulated.recordSet,
          sampler: simulated.answers, health: simulated.health,
          clouds: [
            .init(id: SimulatedHost.aws, region: "r", database: Self.database(.primary)),
            .init(id: SimulatedHost.azure, region: "r", database: Self.database(.secondary)),
          ], wallClock: SystemWallClock(), clock: ContinuousClock(), replication: engine))
    }

    private static func database(_ role: DatabaseSnapshot.Role) -> SimulatedDatabaseObserver {
      let database = SimulatedDatabaseObserver(clock: SystemWallClock())
      database.set(role)
      return database
    }

    func snapshot(where isWanted: @Sendable (Snapshot) -> Bool) async -> Snapshot? {
      for await snapshot in await host.snapshots() where isWanted(snapshot) { return snapshot }
      return nil
    }

    func start() async {
      await host.start()
      _ = await snapshot { $0.link(HostReplicationTests.id)?.state == .streaming && $0.primary != nil }
    }

    func end() async {
      await host.stop()
      await simulated.end()
    }
  }

  @Test func aRequestIsPlannedJudgedJournalledAndDone() async throws {
    let world = try World()
    await world.start()
    let plan = try await world.host.plan(.sync(.pause(Self.id)))
    #expect(plan.blocking.isEmpty)
    let id = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    #expect(await world.host.wait(for: id)?.state == .done)
    let paused = await world.snapshot { $0.link(Self.id)?.state == .paused }
    #expect(paused?.operations.first?.link == Self.id)
    #expect(paused?.operations.first?.canUndo == false)
    // The weights have not changed.
    #expect(paused?.recordSet.lastChangedAt == nil)
    let told = await world.snapshot { $0.events.contains { $0.subject == "aws-azure" && $0.message == "paused" } }
    #expect(told != nil)
    let again = try await world.host.plan(.sync(.pause(Self.id)))
    await #expect(throws: HostError.self) {
      try await world.host.execute(again.id, overriding: [], actor: "kit@ops1")
    }
    await world.end()
  }

  @Test func theTargetTakingWritesHoldsACopy() async throws {
    let world = try World()
    await world.start()
    let plan = try await world.host.plan(.sync(.reverse(Self.id)))
    await #expect {
      try await world.host.execute(plan.id, overriding: [InterlockName("target-takes-writes")], actor: "kit@ops1")
    } throws: { error in
      (error as? Refusal)?.holding.map(\.name.rawValue) == ["target-takes-writes"]
    }
    await world.end()
  }

  @Test func differencesAreServed() async throws {
    let world = try World()
    await world.start()
    world.azure.commit([.init("public.account", "1", "stray")], logged: false)
    let plan = try await world.host.plan(.sync(.verify(Self.id, tables: [])))
    let id = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    #expect(await world.host.wait(for: id)?.state == .done)
    let client = LocalHostClient(world.host)
    #expect(try await client.differences(of: Self.id, limit: 5).map(\.kind) == [.surplus])
    #expect(try await client.conflicts(of: Self.id, newest: 5).isEmpty)
    await world.end()
  }

  @Test func aHostWithoutTheLeaseLooksAndTheLostLeaseEndsTheWork() async throws {
    let world = try World()
    await world.start()
    #expect(world.link.isStreaming)
    // Another one's file in its place, so that this host cannot take it again at once.
    let directory = world.simulated.directory
    let rival = try await LeaseLock(beside: directory.appending(path: "rival").path).acquire(holder: "ana@ops2")
    #expect(
      rename(directory.appending(path: "rival.lease").path, directory.appending(path: "journal.lease").path) == 0)
    _ = await world.snapshot { !$0.lease.heldHere }
    _ = await world.snapshot { _ in !world.link.isStreaming }
    // It says so before it has looked for the first time.
    let seen = await world.snapshot { snapshot in
      let link = snapshot.link(Self.id)
      return link?.reasons.last?.contains("only looks") == true && link?.tables.count == 1
    }
    #expect(seen != nil)
    await world.end()
    await rival?.release()
  }
}
