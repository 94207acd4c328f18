import Host
import Operations
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1))) struct HostLeverTests {
  private func shift(_ world: SimulatedHost, to weights: Weights) async throws -> OperationID {
    let plan = try await world.host.plan(.setWeights(weights))
    return try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
  }

  @Test func weightsAreWrittenVerifiedJournalledAndCanBeTakenBack() async throws {
    let world = try SimulatedHost()
    await world.start()
    let id = try await shift(world, to: SimulatedHost.weights(90, 10))
    _ = await world.snapshot { $0.operations.first?.steps[1].state == .done }
    #expect(world.recordSet.standing.weights == SimulatedHost.weights(90, 10))
    #expect(world.recordSet.standing.generation == Generation(2))
    let undo = try await world.host.plan(.undo(id))
    _ = await world.snapshot { $0.generation == Generation(2) }
    let fresh = try await world.host.plan(.undo(id))
    #expect(undo.kind == .weights)
    let undoing = try await world.host.execute(fresh.id, overriding: [], actor: "kit@ops1")
    _ = await world.snapshot { $0.operations.first { $0.id == undoing }?.steps[1].state == .done }
    #expect(world.recordSet.standing.weights == SimulatedHost.weights(50, 50))
    #expect(await world.host.wait(for: id)?.state == .superseded)
    await world.end()
  }

  /// The look that goes round once an hour here has seen the first change of nothing.
  @Test func aLeverPulledRightAfterAnotherKnowsOfIt() async throws {
    let world = try SimulatedHost(recordSetInterval: .seconds(3600))
    await world.start()
    let first = try await shift(world, to: SimulatedHost.weights(90, 10))
    _ = await world.host.wait(for: first)
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(80, 20)))
    let written = plan.steps.compactMap { step -> Weights? in
      guard case .writeWeights(let standing, _, _) = step.action else { return nil }
      return standing
    }
    #expect(written == [SimulatedHost.weights(90, 10)])
    let second = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    #expect(await world.host.wait(for: second)?.state == .done)
    #expect(world.recordSet.standing.weights == SimulatedHost.weights(80, 20))
    let seen = await world.snapshot { $0.operations.count == 2 }
    #expect(seen?.events.contains { $0.message.hasPrefix("changed elsewhere") } == false)
    await world.end()
  }

  @Test func aDryRunWritesNothing() async throws {
    let world = try SimulatedHost()
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(0, 100)))
    #expect(plan.steps.count == 3)
    #expect(world.recordSet.writes == 0)
    #expect(world.journal.all.isEmpty)
    await world.end()
  }

  @Test func aPlanIsExecutedOnce() async throws {
    let world = try SimulatedHost()
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(60, 40)))
    _ = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    await #expect(throws: HostError.unknownPlan(plan.id)) {
      try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    }
    await world.end()
  }

  @Test func interlocksAreJudgedAgainWhenThePlanIsExecuted() async throws {
    let world = try SimulatedHost()
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(10, 90)))
    #expect(plan.blocking.isEmpty)
    world.health.set(.down, ["no answer from 3/3 vantages"], of: SimulatedHost.azure)
    await #expect {
      try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    } throws: { error in
      (error as? Refusal)?.holding.map(\.name.rawValue) == ["cloud-not-healthy"]
    }
    #expect(world.recordSet.writes == 0)
    let again = try await world.host.plan(.setWeights(SimulatedHost.weights(10, 90)))
    _ = try await world.host.execute(
      again.id, overriding: [InterlockName("cloud-not-healthy")], actor: "kit@ops1")
    _ = await world.snapshot { _ in world.recordSet.writes == 1 }
    let kinds = world.journal.all.map(\.kind)
    #expect(kinds.contains(.refused(title: plan.title, holding: [InterlockName("cloud-not-healthy")])))
    await world.end()
  }

  @Test func aFullDiskHoldsEveryLeverAndWatchingGoesOn() async throws {
    let world = try SimulatedHost()
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(60, 40)))
    world.journal.fail("the disk is full")
    await #expect(throws: HostError.self) {
      try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    }
    #expect(world.recordSet.writes == 0)
    let held = await world.snapshot { $0.journalFault != nil }
    #expect(held?.levers.first?.holds.first?.name == InterlockName("journal-unwritable"))
    let later = await world.snapshot { $0.generatedAt > (held?.generatedAt ?? Timestamp(secondsSinceEpoch: 0)) }
    #expect(later?.recordSet.authoritative != nil)
    await world.end()
  }

  @Test func aSecondHostLooksAndDoesNotTouch() async throws {
    let world = try SimulatedHost()
    await world.start()
    let second = Host(settings: world.host.settings, parts: await world.secondParts())
    await second.start()
    for await snapshot in await second.snapshots() where snapshot.recordSet.configured != nil {
      #expect(!snapshot.lease.heldHere)
      #expect(snapshot.levers.first?.holds.first?.name == InterlockName("lease-not-held"))
      break
    }
    let plan = try await second.plan(.setWeights(SimulatedHost.weights(60, 40)))
    await #expect(throws: Refusal.self) { try await second.execute(plan.id, overriding: [], actor: "ana@ops2") }
    await second.stop()
    await world.end()
  }

  @Test func aRivalsChangeIsToldAndNotOverwritten() async throws {
    let world = try SimulatedHost()
    await world.start()
    let plan = try await world.host.plan(.setWeights(SimulatedHost.weights(60, 40)))
    world.recordSet.overwrite(SimulatedHost.weights(1, 99))
    let id = try await world.host.execute(plan.id, overriding: [], actor: "kit@ops1")
    let ended = await world.host.wait(for: id)
    #expect(ended?.state == .failed)
    #expect(ended?.failure?.contains("aws=1 azure=99") == true)
    #expect(world.recordSet.standing.weights == SimulatedHost.weights(1, 99))
    await world.end()
  }
}

extension SimulatedHost {
  /// The same world, seen by another process.
  func secondParts(lease: (any LeasePort)? = nil) async -> HostParts {
    HostParts(
      journal: MemoryJournal(), lease: lease ?? self.lease, recordSet: recordSet, sampler: answers, health: health,
      clouds: [.init(id: Self.aws, region: "eu-west-1"), .init(id: Self.azure, region: "westeurope")],
      wallClock: SystemWallClock(), clock: ContinuousClock())
  }
}
