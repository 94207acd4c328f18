import FailoverEngine
import Operations
import Synchronization
import Testing

@Suite struct WeightsPerformerTests {
  private static let before = Weights([(CloudID("aws"), 50), (CloudID("azure"), 50)])
  private static let after = Weights([(CloudID("aws"), 100), (CloudID("azure"), 0)])

  /// A record set whose answers to writes can get lost.
  final class Provider: RecordSetProvider {
    struct State {
      var stands = RecordSetState(weights: before, ttl: .seconds(5), generation: Generation(7))
      var writes = 0
      var loseAnswers = 0
      var failures = 0
      /// Says that it wrote, and did not.
      var isLying = false
    }

    let name = "test DNS"
    let state = Mutex(State())

    func read() async throws -> RecordSetState { state.withLock { $0.stands } }

    func replace(_ expected: Weights, with weights: Weights, generation: Generation) async throws {
      try state.withLock { state in
        if state.failures > 0 {
          state.failures -= 1
          throw RecordSetError.provider("timed out")
        }
        guard state.stands.weights == expected, state.stands.generation < generation else {
          throw RecordSetError.conflict(standing: state.stands)
        }
        state.writes += 1
        if state.isLying { return }
        state.stands.weights = weights
        state.stands.generation = generation
        if state.loseAnswers > 0 {
          state.loseAnswers -= 1
          throw RecordSetError.provider("the answer got lost")
        }
      }
    }
  }

  /// Answers as the provider's weights demand.
  struct Sampler: AnswerSampler {
    let provider: Provider
    var silent = false

    func sample(_ count: Int) async -> AnswerSample {
      let weights = provider.state.withLock { $0.stands.weights }
      var counts: [CloudID: Int] = [:]
      for cloud in weights.clouds { counts[cloud] = Int((weights.share(of: cloud) * Double(count)).rounded()) }
      let server = AuthoritativeAnswers.Server(address: "a", answering: !silent, reason: silent ? "no answer" : "")
      return AnswerSample(countByCloud: silent ? [:] : counts, foreignCount: 0, servers: [server])
    }
  }

  private func performer(
    _ provider: Provider, silent: Bool = false, shares: [CloudShare]? = nil
  ) -> WeightsPerformer {
    WeightsPerformer(
      provider: provider, sampler: Sampler(provider: provider, silent: silent), ttl: .seconds(5), clock: SwiftClock(),
      observedShares: { shares })
  }

  private let write = StepAction.writeWeights(from: before, to: after, generation: Generation(8))

  @Test func writesOnceEvenWhenTheAnswerGetsLost() async throws {
    let provider = Provider()
    provider.state.withLock { $0.loseAnswers = 1 }
    _ = try await performer(provider).perform(write) { _ in }
    #expect(provider.state.withLock { $0.writes } == 1)
  }

  @Test func aWriteThatTheProviderOnlySaysItMadeIsNone() async throws {
    let provider = Provider()
    provider.state.withLock { $0.isLying = true }
    let performer = performer(provider)
    let failure = await #expect(throws: HostError.self) { _ = try await performer.perform(write) { _ in } }
    #expect(failure.map { "\($0)" }?.contains("test DNS said that it was written, but 50/50 stands") == true)
  }

  @Test func performingAgainAfterACrashChangesNothing() async throws {
    let provider = Provider()
    _ = try await performer(provider).perform(write) { _ in }
    _ = try await performer(provider).perform(write) { _ in }
    #expect(provider.state.withLock { $0.writes } == 1)
  }

  @Test func anotherWritersChangeIsNotOverwritten() async throws {
    let provider = Provider()
    provider.state.withLock { $0.stands.weights = Weights([(CloudID("aws"), 1), (CloudID("azure"), 9)]) }
    await #expect(throws: StepRefused.self) { try await performer(provider).perform(write) { _ in } }
    #expect(provider.state.withLock { $0.writes } == 0)
  }

  @Test func givesUpAfterThreeAttempts() async throws {
    let provider = Provider()
    provider.state.withLock { $0.failures = 3 }
    await #expect(throws: RecordSetError.provider("timed out")) {
      try await performer(provider).perform(write) { _ in }
    }
    #expect(provider.state.withLock { $0.stands.weights } == Self.before)
  }

  @Test func verifyingNeedsEveryServerToAnswerAccordingly() async throws {
    let provider = Provider()
    await #expect(throws: HostError.self) {
      try await performer(provider).perform(.verifyAnswers(weights: Self.after)) { _ in }
    }
    await #expect(throws: HostError.self) {
      try await performer(provider, silent: true).perform(.verifyAnswers(weights: Self.before)) { _ in }
    }
    _ = try await performer(provider).perform(.verifyAnswers(weights: Self.before)) { _ in }
  }

  @Test func trafficThatStaysIsToldNotFailed() async throws {
    let stays = [CloudShare(cloud: CloudID("aws"), share: 0.6), CloudShare(cloud: CloudID("azure"), share: 0.4)]
    let told = try await performer(Provider(), shares: stays).perform(.observeShares(weights: Self.after)) { _ in }
    #expect(told.contains("not every client follows"))
    let follows = [CloudShare(cloud: CloudID("aws"), share: 1), CloudShare(cloud: CloudID("azure"), share: 0)]
    let arrived = try await performer(Provider(), shares: follows).perform(.observeShares(weights: Self.after)) { _ in }
    #expect(arrived == "traffic aws 100 %, azure 0 %")
  }
}
