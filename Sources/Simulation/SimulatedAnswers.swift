public import Operations
import Synchronization

/// Authoritative servers that answer by the weights of a simulated record set, drawn from a seed.
public final class SimulatedAnswers: AnswerSampler {
  private struct State {
    var generator: SeededGenerator
    var silence: String?
  }

  private let recordSet: SimulatedRecordSet
  private let known: Set<CloudID>?
  private let state: Mutex<State>

  /// - Parameter known: the clouds whose addresses it knows; nil for all of them. Answers of others are foreign.
  public init(of recordSet: SimulatedRecordSet, seed: UInt64, known: Set<CloudID>? = nil) {
    self.recordSet = recordSet
    self.known = known
    state = Mutex(State(generator: SeededGenerator(seed: seed)))
  }

  /// The servers do not answer, for that reason, until it is set to nil.
  public func silence(_ reason: String?) { state.withLock { $0.silence = reason } }

  public func sample(_ count: Int) async -> AnswerSample {
    let weights = recordSet.standing.weights
    return state.withLock { state in
      let server = AuthoritativeAnswers.Server(
        address: "simulated:53", answering: state.silence == nil, reason: state.silence ?? "")
      guard state.silence == nil, weights.sum > 0 else {
        return AnswerSample(countByCloud: [:], foreignCount: 0, servers: [server])
      }
      var counts: [CloudID: Int] = [:]
      for _ in 0..<count {
        var draw = Int.random(in: 0..<weights.sum, using: &state.generator)
        for entry in weights.entries {
          if draw < entry.weight {
            counts[entry.cloud, default: 0] += 1
            break
          }
          draw -= entry.weight
        }
      }
      let foreign = counts.filter { known?.contains($0.key) == false }
      for cloud in foreign.keys { counts[cloud] = nil }
      return AnswerSample(countByCloud: counts, foreignCount: foreign.values.reduce(0, +), servers: [server])
    }
  }
}
