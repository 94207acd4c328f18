import Operations
import Simulation
import Testing

@Suite struct OperationControlTests {
  private let journal = MemoryJournal()
  private let world = GatedWorld()
  private let clock = VirtualClock()

  private func runner(fence: String? = nil) -> PlanRunner {
    PlanRunner(
      journal: journal, performers: [.failover: world, .weights: world], clock: TickingClock(), pauses: clock,
      fence: { fence }, onChange: { _ in })
  }

  private func start(_ runner: PlanRunner) async throws -> OperationID {
    try await runner.start(Samples.move(), overriding: [], actor: "kit@ops1")
  }

  @Test func aPausedOperationBeginsNothingMoreUntilItIsResumed() async throws {
    world.close("fence aws")
    let runner = runner()
    let id = try await start(runner)
    await world.reach("fence aws")
    try await runner.control(id, .pause, actor: "ana@ops2")
    world.open("fence aws")
    while world.done.isEmpty { await Task.yield() }
    for _ in 0..<1000 { await Task.yield() }
    #expect(world.begun == ["fence aws"])
    await #expect(throws: HostError.self) { try await runner.control(id, .pause, actor: "ana@ops2") }
    try await runner.control(id, .resume, actor: "kit@ops1")
    #expect(await runner.wait(for: id)?.state == .done)
    #expect(world.done == Samples.move().steps.map(\.action.phrase))
    let said = journal.all.compactMap { entry -> String? in
      if case .controlled(let control) = entry.kind { return "\(control.rawValue) by \(entry.actor)" }
      return nil
    }
    #expect(said == ["pause by ana@ops2", "resume by kit@ops1"])
  }

  /// Paused, and the host dies: the next one does not go on by itself.
  @Test func aPauseSurvivesTheHost() async throws {
    world.close("fence aws")
    let first = runner()
    let id = try await start(first)
    await world.reach("fence aws")
    try await first.control(id, .pause, actor: "ana@ops2")
    await first.stop()
    _ = await first.wait(for: id)
    world.open("fence aws")
    let second = runner()
    #expect(try await second.resume() == [id])
    // What was begun is brought to its end; nothing more begins.
    while !world.done.contains("fence aws") { await Task.yield() }
    for _ in 0..<1000 { await Task.yield() }
    #expect(world.done == ["fence aws"])
    try await second.control(id, .abort, actor: "ana@ops2")
    #expect(await second.wait(for: id)?.state == .aborted)
    #expect(world.done == ["fence aws", "promote aws"])
  }

  @Test func anAbortCutsAWatchShortAndLetsAChangeEnd() async throws {
    world.close("drain aws-azure")
    let runner = runner()
    let id = try await start(runner)
    await world.reach("drain aws-azure")
    try await runner.control(id, .abort, actor: "ana@ops2")
    let ended = await runner.wait(for: id)
    #expect(ended?.state == .aborted)
    #expect(ended?.steps.map(\.state).prefix(3) == [.compensated, .compensated, .skipped])
    #expect(world.done == ["fence aws", "pause aws-azure", "resume aws-azure", "promote aws"])
  }

  @Test func anAbortWhileAChangeIsMadeTakesItBackToo() async throws {
    world.close("pause aws-azure")
    let runner = runner()
    let id = try await start(runner)
    await world.reach("pause aws-azure")
    try await runner.control(id, .abort, actor: "ana@ops2")
    #expect(world.done == ["fence aws"])
    world.open("pause aws-azure")
    #expect(await runner.wait(for: id)?.state == .aborted)
    #expect(world.done == ["fence aws", "pause aws-azure", "resume aws-azure", "promote aws"])
  }

  @Test func nobodyAbortsPastThePointOfNoReturn() async throws {
    world.close("promote azure")
    let runner = runner()
    let id = try await start(runner)
    await world.reach("promote azure")
    await #expect {
      try await runner.control(id, .abort, actor: "ana@ops2")
    } throws: {
      "\($0)".contains("point of no return")
    }
    world.open("promote azure")
    #expect(await runner.wait(for: id)?.state == .done)
    await #expect(throws: HostError.invalidRequest("no operation f-1 is running")) {
      try await runner.control(id, .pause, actor: "ana@ops2")
    }
  }

  @Test func whatCannotBeWrittenDownDoesNotCount() async throws {
    world.close("fence aws")
    let runner = runner()
    let id = try await start(runner)
    await world.reach("fence aws")
    journal.fail("the disk is full")
    await #expect(throws: HostError.self) { try await runner.control(id, .abort, actor: "ana@ops2") }
    journal.fail(nil)
    world.open("fence aws")
    #expect(await runner.wait(for: id)?.state == .done)
  }

  @Test func theWayBackIsTriedAgainAfterAWhile() async throws {
    world.fail("drain aws-azure", times: 1)
    world.fail("promote aws", times: 2)
    let runner = runner()
    let id = try await start(runner)
    let waiter = Task { await runner.wait(for: id) }
    for pause in [1, 2] {
      while clock.sleeperCount == 0 { await Task.yield() }
      let before = clock.now
      clock.advanceToNext()
      #expect(before.duration(to: clock.now) == .seconds(pause))
    }
    let ended = await waiter.value
    #expect(ended?.state == .failed)
    #expect(ended?.failure == "drain aws-azure: not now; taken back: “fence aws”, “pause aws-azure”")
    #expect(world.done == ["fence aws", "pause aws-azure", "resume aws-azure", "promote aws"])
  }

  /// Whoever lost the lease takes nothing back either: another host may be at work.
  @Test func aLostLeaseBarsTheWayBack() async throws {
    let lease = Counter()
    let runner = PlanRunner(
      journal: journal, performers: [.failover: world], clock: TickingClock(), pauses: clock,
      fence: { lease.next() > 1 ? "the lease is lost" : nil }, onChange: { _ in })
    let id = try await start(runner)
    let waiter = Task { await runner.wait(for: id) }
    for _ in 1..<4 {
      while clock.sleeperCount == 0 { await Task.yield() }
      clock.advanceToNext()
    }
    let ended = await waiter.value
    #expect(world.done == ["fence aws"])
    #expect(
      ended?.failure
        == "the lease is lost; “fence aws” was not taken back: the lease is lost; standing: “fence aws”")
  }
}
