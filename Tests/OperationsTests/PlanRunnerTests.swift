import Operations
import Simulation
import Synchronization
import Testing

@Suite struct PlanRunnerTests {
  /// A world of one number, whose performing is idempotent as ports demand.
  final class World: StepPerformer {
    struct State {
      var effects: [StepAction] = []
      var attempts = 0
      var dieAt: Int?
    }

    let state = Mutex(State())

    func perform(_ action: StepAction, progress: @escaping @Sendable (String) async -> Void) async throws -> String {
      let dies = state.withLock { state in
        state.attempts += 1
        if !state.effects.contains(action) { state.effects.append(action) }
        return state.dieAt == state.attempts
      }
      // A process that dies has had its effect, and tells nobody.
      if dies { try await Task.sleep(for: .seconds(3600)) }
      return "done"
    }
  }

  private func runner(_ journal: MemoryJournal, _ world: World, fence: String? = nil) -> PlanRunner {
    PlanRunner(
      journal: journal, performers: [.weights: world], clock: TickingClock(), fence: { fence }, onChange: { _ in })
  }

  @Test func performsEveryStepOnce() async throws {
    let journal = MemoryJournal()
    let world = World()
    let runner = runner(journal, world)
    let id = try await runner.start(Samples.plan(), overriding: [], actor: "kit@ops1")
    let ended = await runner.wait(for: id)
    #expect(ended?.state == .done)
    #expect(world.state.withLock { $0.effects } == Samples.plan().steps.map(\.action))
    #expect(try await journal.unfinished().isEmpty)
  }

  /// A crash during each step, and between any two journal entries: the next life ends in the same state.
  @Test(arguments: 1...3)
  func aCrashInAStepIsResumed(dieAt: Int) async throws {
    let journal = MemoryJournal()
    let world = World()
    world.state.withLock { $0.dieAt = dieAt }
    let first = runner(journal, world)
    let id = try await first.start(Samples.plan(), overriding: [], actor: "kit@ops1")
    while world.state.withLock({ $0.attempts }) < dieAt { await Task.yield() }
    await first.stop()
    _ = await first.wait(for: id)
    #expect(try await !journal.unfinished().isEmpty)

    let second = runner(journal, world)
    #expect(try await second.resume() == [id])
    #expect(await second.wait(for: id)?.state == .done)
    #expect(world.state.withLock { $0.effects } == Samples.plan().steps.map(\.action))
  }

  /// The journal is cut after each of its entries in turn.
  @Test func resumingFromEveryPrefixOfTheJournalEndsTheSame() async throws {
    let whole = MemoryJournal()
    let runner = runner(whole, World())
    _ = await runner.wait(for: try await runner.start(Samples.plan(), overriding: [], actor: "kit@ops1"))
    for length in 1..<whole.all.count {
      let cut = MemoryJournal()
      for entry in whole.all.prefix(length) {
        _ = try await cut.append(.init(at: entry.at, operation: entry.operation, actor: entry.actor, kind: entry.kind))
      }
      let resumed = self.runner(cut, World())
      let ids = try await resumed.resume()
      #expect(ids.count == 1)
      for id in ids { #expect(await resumed.wait(for: id)?.state == .done) }
    }
  }

  @Test func aLostLeaseRefusesTheMutation() async throws {
    let world = World()
    let runner = runner(MemoryJournal(), world, fence: "the lease is not held by this host")
    let id = try await runner.start(Samples.plan(), overriding: [], actor: "kit@ops1")
    let ended = await runner.wait(for: id)
    #expect(ended?.state == .failed)
    #expect(ended?.failure == "the lease is not held by this host")
    #expect(world.state.withLock { $0.effects }.isEmpty)
  }

  @Test func aFullDiskStartsNothing() async throws {
    let journal = MemoryJournal()
    journal.fillUp(after: 0)
    let world = World()
    await #expect(throws: MemoryJournal.Fault.self) {
      try await runner(journal, world).start(Samples.plan(), overriding: [], actor: "kit@ops1")
    }
    #expect(world.state.withLock { $0.attempts } == 0)
  }

  @Test func aNewOperationEndsTheWatchOfTheOldOne() async throws {
    let journal = MemoryJournal()
    let world = World()
    world.state.withLock { $0.dieAt = 3 }
    let runner = runner(journal, world)
    let first = try await runner.start(Samples.plan(id: "w-1"), overriding: [], actor: "kit@ops1")
    while world.state.withLock({ $0.attempts }) < 3 { await Task.yield() }
    let second = try await runner.start(Samples.plan(id: "w-2"), overriding: [], actor: "kit@ops1")
    #expect(await runner.wait(for: first)?.state == .superseded)
    #expect(await runner.wait(for: second)?.state == .done)
  }
}
