public import Operations
import Synchronization

/// A record set in memory, with the faults that providers have.
public final class SimulatedRecordSet: RecordSetProvider {
  public enum Fault: Sendable, Equatable {
    /// Nothing is read or written.
    case unreachable
    /// Writes take effect, and their answers get lost.
    case losesAnswers
    /// Writes are accepted and have no effect.
    case ignoresWrites
  }

  private struct State {
    var standing: RecordSetState
    var fault: Fault?
    var writes = 0
  }

  public let name = "simulated DNS"
  private let state: Mutex<State>

  public init(weights: Weights, ttl: Duration = .seconds(5), generation: Generation = Generation(1)) {
    state = Mutex(State(standing: RecordSetState(weights: weights, ttl: ttl, generation: generation)))
  }

  public func inject(_ fault: Fault?) { state.withLock { $0.fault = fault } }

  /// How many writes took effect.
  public var writes: Int { state.withLock { $0.writes } }

  /// What is answered now, whether or not the provider can be reached.
  public var standing: RecordSetState { state.withLock { $0.standing } }

  /// Somebody else writes, as a hand would.
  public func overwrite(_ weights: Weights) { state.withLock { $0.standing.weights = weights } }

  public func read() async throws -> RecordSetState {
    try state.withLock { state in
      if state.fault == .unreachable { throw RecordSetError.provider("simulated DNS: no answer") }
      return state.standing
    }
  }

  public func replace(_ expected: Weights, with weights: Weights, generation: Generation) async throws {
    try state.withLock { state in
      if state.fault == .unreachable { throw RecordSetError.provider("simulated DNS: no answer") }
      guard weights.sum > 0 else { throw RecordSetError.provider("all weights would be 0") }
      guard state.standing.weights == expected, state.standing.generation < generation else {
        throw RecordSetError.conflict(standing: state.standing)
      }
      if state.fault == .ignoresWrites { return }
      state.standing.weights = weights
      state.standing.generation = generation
      state.writes += 1
      if state.fault == .losesAnswers { throw RecordSetError.provider("simulated DNS: the answer got lost") }
    }
  }
}
