/// What may stand, as far as journals tell: an effect that was intended may have come, until its outcome is on disk.
struct Possible<Value: Equatable> {
  private struct Pending {
    var value: Value
    /// Whether a step that was done leaves nothing else possible.
    var isCertain: Bool
    /// How many outcomes there were when it was intended.
    var outcomes: Int
  }

  private(set) var settled: [Value]
  private var pending: [Replay.Step: Pending] = [:]
  /// An outcome of another step between an intent and its own outcome leaves it open which of the two came last.
  private var outcomes = 0

  init(_ value: Value) { settled = [value] }

  func allows(_ value: Value) -> Bool { settled.contains(value) || pending.contains { $0.value.value == value } }

  /// Everything that may stand.
  var all: [Value] { settled + pending.values.map(\.value).filter { !settled.contains($0) } }

  func intended(by step: Replay.Step) -> Value? { pending[step]?.value }

  /// One that is begun again after a crash wants what it wanted first.
  mutating func intend(_ value: Value, by step: Replay.Step, isCertain: Bool = true) {
    pending[step] = Pending(value: pending[step]?.value ?? value, isCertain: isCertain, outcomes: outcomes)
  }

  mutating func end(_ step: Replay.Step, _ outcome: Replay.Outcome) {
    guard let ended = pending.removeValue(forKey: step) else { return }
    switch outcome {
    case .refused: return
    case .failed: add(ended.value)
    case .done:
      if ended.isCertain, ended.outcomes == outcomes { settled = [] }
      add(ended.value)
    }
    outcomes += 1
  }

  /// Something that no step did.
  mutating func add(_ value: Value) {
    if !settled.contains(value) { settled.append(value) }
  }
}
