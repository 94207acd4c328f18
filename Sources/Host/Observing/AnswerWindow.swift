import FailoverEngine
import Operations

/// Direct answers of the authoritative servers over the last rounds. Pure.
struct AnswerWindow {
  private let rounds: Int
  private var samples: [AnswerSample] = []
  private var weights: Weights?

  init(rounds: Int) { self.rounds = rounds }

  mutating func add(_ sample: AnswerSample) {
    samples.append(sample)
    if samples.count > rounds { samples.removeFirst() }
  }

  /// Answers given under other weights are no evidence about these.
  mutating func restart(for weights: Weights) {
    guard weights != self.weights else { return }
    self.weights = weights
    samples = []
  }

  func summary(clouds: [CloudID]) -> AuthoritativeAnswers? {
    guard let last = samples.last else { return nil }
    var counts: [CloudID: Int] = [:]
    for sample in samples { counts.merge(sample.countByCloud, uniquingKeysWith: +) }
    let total = counts.values.reduce(0, +)
    let shares = clouds.map {
      CloudShare(cloud: $0, share: total == 0 ? 0 : Double(counts[$0] ?? 0) / Double(total))
    }
    let foreign = samples.contains { $0.foreignCount > 0 }
    let agrees: Bool? =
      total < 50 ? nil : weights.map { !foreign && ShareTest.fits(counts, weights: $0, deviations: 4) }
    return AuthoritativeAnswers(shares: shares, sampleCount: total, servers: last.servers, agrees: agrees)
  }
}
