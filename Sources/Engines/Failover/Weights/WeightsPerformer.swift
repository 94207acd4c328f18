public import Operations

/// Performs the steps of a weights plan through the DNS ports.
public struct WeightsPerformer: StepPerformer {
  private let provider: any RecordSetProvider
  private let sampler: any AnswerSampler
  /// Shares of user requests over the last seconds; nil while nothing is measured.
  private let observedShares: @Sendable () async -> [CloudShare]?
  private let ttl: Duration
  private let clock: any Clock<Duration>

  public init(
    provider: any RecordSetProvider, sampler: any AnswerSampler, ttl: Duration, clock: any Clock<Duration>,
    observedShares: @escaping @Sendable () async -> [CloudShare]?
  ) {
    self.provider = provider
    self.sampler = sampler
    self.ttl = ttl
    self.clock = clock
    self.observedShares = observedShares
  }

  public func perform(
    _ action: StepAction, progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    switch action {
    case .writeWeights(let standing, let wanted, let generation):
      try await write(standing, wanted, generation, progress)
    case .verifyAnswers(let weights): try await verify(weights, progress)
    case .observeShares(let weights): try await observe(weights, progress)
    case .sync, .role: throw StepRefused("this step is not the traffic engine's")
    }
  }

  private func write(
    _ standing: Weights, _ wanted: Weights, _ generation: Generation,
    _ progress: @escaping @Sendable (String) async -> Void
  ) async throws -> String {
    var attempt = 1
    while true {
      do {
        let state = try await provider.read()
        // After a crash, or an answer that got lost, the write may stand already.
        if state.generation == generation, state.weights == wanted { return "\(wanted.ratio) stands" }
        // What is wanted may stand already under an older generation, where a step is taken back that had no effect.
        let expected = state.weights == wanted ? wanted : standing
        try await provider.replace(expected, with: wanted, generation: generation)
        // A provider's word is no proof, and answers do not tell a few per cent from chance.
        let written = try await provider.read().weights
        guard written == wanted else {
          throw HostError.failed("\(provider.name) said that it was written, but \(written.ratio) stands")
        }
        return "\(wanted.ratio) written at generation \(generation)"
      } catch let conflict as RecordSetError where attempt == 1 && conflict.isConflict {
        throw StepRefused("\(conflict)")
      } catch RecordSetError.provider(let reason) where attempt < 3 {
        attempt += 1
        await progress("\(reason); attempt \(attempt) of 3")
        try await clock.sleep(for: .milliseconds(500))
      }
    }
  }

  private func verify(_ weights: Weights, _ progress: @escaping @Sendable (String) async -> Void) async throws -> String
  {
    var detail = "no answer"
    for attempt in 0..<20 {
      let sample = await sampler.sample(200)
      let silent = sample.servers.filter { !$0.answering }
      // A server that stays silent, in a cloud that is down for instance, leads nobody astray.
      if sample.total > 0, silent.isEmpty || attempt >= Self.patienceWithSilence, sample.foreignCount == 0,
        ShareTest.fits(sample.countByCloud, weights: weights)
      {
        let addresses = silent.map(\.address).joined(separator: ", ")
        return "answers \(ratio(sample, weights)) in \(sample.total) queries"
          + (silent.isEmpty ? "" : "; no answer from \(addresses)")
      }
      detail = describe(sample, silent, weights)
      await progress(detail)
      try await clock.sleep(for: .milliseconds(500))
    }
    throw HostError.failed("written, but the authoritative servers do not answer accordingly: \(detail)")
  }

  /// Looks after which a server that does not answer is not waited for any more.
  private static let patienceWithSilence = 3

  private func describe(
    _ sample: AnswerSample, _ silent: [AuthoritativeAnswers.Server], _ weights: Weights
  ) -> String {
    if let server = silent.first { return "\(server.address): \(server.reason)" }
    if sample.foreignCount > 0 { return "\(sample.foreignCount) answers carry an address of no cloud" }
    return "answers \(ratio(sample, weights)), not yet \(weights.ratio)"
  }

  private func ratio(_ sample: AnswerSample, _ weights: Weights) -> String {
    weights.clouds.map { cloud in
      String(Int((Double(sample.countByCloud[cloud] ?? 0) * 100 / Double(max(1, sample.total))).rounded()))
    }.joined(separator: "/")
  }

  /// Traffic that does not follow is told, not failed: clients may hold addresses longer than the TTL allows.
  private func observe(_ weights: Weights, _ progress: @escaping @Sendable (String) async -> Void) async throws
    -> String
  {
    var waited = Duration.zero
    let limit = ttl * 2 + .seconds(20)
    var detail = "no traffic seen"
    while waited < limit {
      try await clock.sleep(for: .seconds(1))
      waited += .seconds(1)
      guard let shares = await observedShares() else { continue }
      let furthest = shares.map { abs($0.share - weights.share(of: $0.cloud)) }.max() ?? 1
      detail = "traffic " + shares.map { "\($0.cloud) \(Int(($0.share * 100).rounded())) %" }.joined(separator: ", ")
      if waited >= ttl, furthest <= 0.08 { return detail }
      await progress(detail)
    }
    return "\(detail) after \(waited.components.seconds) s; not every client follows the TTL"
  }
}

extension RecordSetError {
  /// Whether nothing was written, for certain.
  fileprivate var isConflict: Bool {
    if case .conflict = self { return true }
    return false
  }
}
