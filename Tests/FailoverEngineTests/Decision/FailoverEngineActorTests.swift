import Operations
import Simulation
import Testing

@testable import FailoverEngine

/// The actor around the machine: what it journals, in which order, and what it does about faults.
@Suite struct FailoverEngineActorTests {
  struct Bench {
    let clock = VirtualClock(epoch: Timeline.start)
    let journal = HookedJournal()
    let levers: RecordingLevers
    let engine: FailoverEngine
    var timeline: Timeline

    init(_ policy: FailoverPolicy) {
      levers = RecordingLevers(journal)
      engine = FailoverEngine(policy: policy, levers: levers, journal: journal, clock: clock, wallClock: clock.wall)
      timeline = Timeline(policy)
    }

    /// One second of the world, shown to the engine.
    mutating func second(aws: Character, azure: Character = "+") async -> FailoverSnapshot {
      timeline.step([aws, azure])
      clock.advance(to: timeline.now - Timeline.start)
      await engine.take(timeline.snapshot())
      await engine.settle()
      return await engine.view(at: timeline.now)
    }
  }

  /// Decides nothing in the drawn world itself, so that only the engine acts.
  private static func bench(_ change: (inout FailoverPolicy) -> Void = { _ in }) -> Bench {
    var bench = Bench(Timeline.automatic(change))
    bench.timeline.machine = FailoverMachine(policy: FailoverPolicy(), at: Timeline.start)
    return bench
  }

  @Test func theReasonsAreDurableBeforeTheDeed() async throws {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    let view = await bench.second(aws: "x")
    #expect(view.state == .acting)
    #expect(bench.levers.executed == [.failover(to: Timeline.azure)])
    let entries = bench.levers.entriesAtExecution
    guard case .decided(.failover(to: Timeline.azure), let ledger) = entries.last else {
      Issue.record("\(entries)")
      return
    }
    #expect(ledger == view.lastDecision)
    #expect(ledger.first { !$0.isMet } == nil)
    let actors = try await bench.journal.newest(100).map(\.actor)
    #expect(Set(actors) == [FailoverMemory.automatic])
  }

  @Test func withoutAJournalNothingIsDone() async {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    bench.journal.inner.fail("the disk is full")
    let view = await bench.second(aws: "x")
    #expect(bench.levers.executed.isEmpty)
    #expect(view.unmet.map(\.name) == ["interlocks-clear"])
    #expect(view.state == .countdown)
    bench.journal.inner.fail(nil)
    _ = await bench.second(aws: "x")
    #expect(bench.levers.executed.count == 1)
  }

  @Test(.timeLimit(.minutes(1))) func theCountdownEndsOnTimeAndNotWithTheNextSnapshot() async {
    var bench = Self.bench { $0.countdown = .milliseconds(2500) }
    _ = await bench.second(aws: "+")
    let view = await bench.second(aws: "x")
    #expect(view.state == .countdown)
    #expect(view.actsAt == bench.timeline.now + .milliseconds(2500))
    _ = await bench.second(aws: "x")
    _ = await bench.second(aws: "x")
    #expect(bench.levers.executed.isEmpty)
    let due = bench.clock.now.offset + .milliseconds(500)
    while bench.clock.nextDeadline != due { await Task.yield() }
    bench.clock.advance(to: due)
    while bench.levers.executed.isEmpty { await Task.yield() }
  }

  @Test func aPauseThatComesBetweenDecisionAndDeedIsObeyed() async throws {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    // The journal is slow, and a person is quick: the pause comes while the reasons are being written.
    bench.journal.before { [engine = bench.engine] kind in
      if case .decided = kind { try? await engine.change(.pause, actor: "kit@ops1") }
    }
    let view = await bench.second(aws: "x")
    #expect(bench.levers.executed.isEmpty)
    #expect(view.pausedBy == "kit@ops1")
    #expect(view.state == .proposing)
  }

  @Test func aPauseOutlivesARestart() async throws {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    try await bench.engine.change(.pause, actor: "kit@ops1")
    await #expect(throws: HostError.invalidRequest("it is paused already, by kit@ops1")) {
      try await bench.engine.change(.pause, actor: "ana@ops2")
    }
    let next = FailoverEngine(
      policy: Timeline.automatic(), levers: bench.levers, journal: bench.journal, clock: bench.clock,
      wallClock: bench.clock.wall)
    bench.timeline.step(["x", "+"])
    bench.clock.advance(to: bench.timeline.now - Timeline.start)
    await next.take(bench.timeline.snapshot())
    await next.settle()
    let view = await next.take(bench.timeline.snapshot())
    await next.settle()
    #expect(view.pausedBy == "kit@ops1")
    #expect(bench.levers.executed.isEmpty)
  }

  @Test func aPauseThatIsNotDurableHoldsAndIsWrittenLater() async throws {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    bench.journal.inner.fail("the disk is full")
    await #expect(throws: HostError.self) { try await bench.engine.change(.pause, actor: "kit@ops1") }
    #expect(await bench.second(aws: "+").isPaused)
    await #expect(throws: HostError.self) { try await bench.engine.change(.resume, actor: "kit@ops1") }
    #expect(await bench.second(aws: "x").isPaused, "what is not durable is not resumed")
    bench.journal.inner.fail(nil)
    _ = await bench.second(aws: "x")
    let kinds = try await bench.journal.newest(100).map(\.kind)
    #expect(kinds.contains(.automation(.pause)))
    #expect(bench.levers.executed.isEmpty)
  }

  /// A plan asks for a snapshot, and a snapshot is shown to the engine: neither waits for the other.
  @Test func aPlanMayAskForASnapshot() async {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    bench.timeline.step(["x", "+"])
    bench.clock.advance(to: bench.timeline.now - Timeline.start)
    let snapshot = bench.timeline.snapshot()
    bench.levers.whileJudging { [engine = bench.engine] in await engine.take(snapshot) }
    await bench.engine.take(snapshot)
    await bench.engine.settle()
    #expect(bench.levers.executed.count == 1)
  }

  @Test func whoStopsBeginsNothingMore() async {
    var bench = Self.bench()
    _ = await bench.second(aws: "+")
    await bench.engine.stop()
    _ = await bench.second(aws: "x")
    #expect(bench.levers.executed.isEmpty)
    #expect(bench.clock.sleeperCount == 0)
  }
}
