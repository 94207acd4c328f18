import Operations
import Simulation

/// The control plane of the DNS, and what its servers answer.
///
/// Only the thread that runs the simulation touches it.
final class NameService: @unchecked Sendable {
  enum Fault: Sendable {
    case throttles, losesAnswers, halfApplies, ignoresWrites
  }

  let records: SimulatedRecordSet
  /// What the servers answer; a moment behind the control plane.
  private(set) var answered: Weights
  let ttl: Duration
  var faults: [Fault] = []
  var isSilent = 0

  init(weights: Weights, ttl: Duration) {
    records = SimulatedRecordSet(weights: weights, ttl: ttl)
    answered = weights
    self.ttl = ttl
  }

  var standing: RecordSetState { records.standing }

  func has(_ fault: Fault) -> Bool { faults.contains { $0 == fault } }

  func heal(_ fault: Fault) {
    if let index = faults.firstIndex(of: fault) { faults.remove(at: index) }
  }

  func publish() { answered = standing.weights }

  /// What stands after a change of which only a part was carried out: gains come first, or there might be nothing left.
  static func half(_ standing: Weights, _ wanted: Weights) -> Weights {
    Weights(standing.entries.map { .init(cloud: $0.cloud, weight: max($0.weight, wanted[$0.cloud] ?? 0)) })
  }
}
