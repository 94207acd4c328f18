import FailoverEngine
import Operations
import Simulation
import Synchronization
import Testing

@Suite struct FailoverPerformerTests {
  /// Says who was asked, and what it throws where it is told to.
  private final class Part: StepPerformer {
    let name: String
    let failure: (any Error)?
    let isStuck: Bool

    init(_ name: String, failure: (any Error)? = nil, isStuck: Bool = false) {
      self.name = name
      self.failure = failure
      self.isStuck = isStuck
    }

    func perform(_ action: StepAction, progress: @escaping @Sendable (String) async -> Void) async throws -> String {
      if isStuck { try await Task.sleep(for: .seconds(3600)) }
      if let failure { throw failure }
      return name
    }
  }

  private let link = PlanWorld.link

  private func performer(
    links: Part? = Part("links"), clock: any Clock<Duration> = LeapingClock()
  ) -> FailoverPerformer {
    FailoverPerformer(weights: Part("weights"), replication: links, roles: Part("roles"), clock: clock)
  }

  @Test func eachStepGoesToItsOwn() async throws {
    let weights = Weights([(PlanWorld.aws, 1)])
    let cases: [(StepAction, String)] = [
      (.writeWeights(from: weights, to: weights, generation: Generation(2)), "weights"),
      (.verifyAnswers(weights: weights), "weights"), (.observeShares(weights: weights), "weights"),
      (.sync(.drain(link)), "links"), (.sync(.reverse(link, source: CloudID("azure"))), "links"),
      (.role(.promote(PlanWorld.aws, generation: Generation(2))), "roles"),
      (.role(.healthGate([PlanWorld.aws], seconds: 1)), "roles"),
    ]
    for (action, name) in cases { #expect(try await performer().perform(action) { _ in } == name) }
    await #expect(throws: StepRefused.self) {
      try await performer(links: nil).perform(.sync(.drain(link))) { _ in }
    }
  }

  /// One that may have been turned before a crash is turned back; one that was not paused goes on.
  @Test func whatWasNotPausedIsSaidToBeAsItWas() async throws {
    let failing = performer(links: Part("links", failure: HostError.failed("no slot")))
    await #expect(throws: StepRefused("no slot")) { try await failing.perform(.sync(.pause(link))) { _ in } }
    for action in [SyncAction.reverse(link, source: CloudID("azure")), .advanceSequences(link)] {
      await #expect(throws: HostError.failed("no slot")) { try await failing.perform(.sync(action)) { _ in } }
    }
  }

  /// A primary that died a moment ago is taken for one that can be asked, and must not cost the failover.
  @Test func sequencesAreAdvancedWithoutASourceThatHasGone() async throws {
    final class Links: StepPerformer {
      func perform(
        _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
      ) async throws -> String {
        if case .sync(.advanceSequences) = action { throw HostError.failed("aws: no answer") }
        guard case .sync(.advanceSequencesAlone) = action else { return "something else" }
        return "2 sequences"
      }
    }
    let performer = FailoverPerformer(
      weights: Part("weights"), replication: Links(), roles: Part("roles"), clock: LeapingClock())
    #expect(
      try await performer.perform(.sync(.advanceSequences(link))) { _ in }
        == "2 sequences; the source could not be asked: aws: no answer")
  }

  @Test func catchingUpEndsWithWhatItGot() async throws {
    let catchUp = StepAction.role(.catchUp(link, seconds: 5))
    let clock = VirtualClock()
    #expect(try await performer(clock: clock).perform(catchUp) { _ in } == "links")
    let failing = performer(links: Part("links", failure: HostError.failed("gone")), clock: clock)
    #expect(try await failing.perform(catchUp) { _ in } == "not everything arrived: gone")
    // A database that froze is not waited for.
    let stuck = performer(links: Part("links", isStuck: true))
    #expect(try await stuck.perform(catchUp) { _ in } == "not everything arrived within 5 s")
  }

  @Test func catchingUpIsCutShortByAnAbort() async throws {
    let stuck = performer(links: Part("links", isStuck: true), clock: VirtualClock())
    let task = Task { try await stuck.perform(.role(.catchUp(link, seconds: 5))) { _ in } }
    await Task.yield()
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
