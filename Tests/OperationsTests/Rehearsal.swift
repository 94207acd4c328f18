@testable import Operations
import Testing

/// One operation, carried out by hand against a world that remembers: it can be cut off after any entry of its journal,
/// with or without the effect that the entry announces, and be taken up again.
struct Rehearsal {
  /// What goes wrong in it.
  struct Script {
    /// Steps that fail, by the phrase of what they do; whether they are certain to have had no effect.
    var failures: [String: Bool] = [:]
    /// How often an action fails before it is done.
    var stumbles: [String: Int] = [:]
    /// A person aborts while the step of this index is performed.
    var abortsAt: Int?
  }

  let plan: Plan
  var script = Script()
  private(set) var entries: [JournalEntry] = []
  /// What was changed in the world, in order; an action that stands already changes nothing.
  private(set) var effects: [String] = []
  private(set) var told: [String: Int] = [:]
  private(set) var waits: [Duration] = []
  private var isCut = false

  init(_ plan: Plan, _ script: Script = Script()) {
    self.plan = plan
    self.script = script
    append(.operationStarted(plan: plan, overridden: []), by: "kit@ops1")
  }

  /// Carries it out to its end, or until the journal has `limit` entries.
  ///
  /// - Parameter isLate: whether what the last entry announces is still done before the crash.
  /// - Returns: the operation as it ended; nil when it was cut off.
  mutating func run(until limit: Int = .max, isLate: Bool = false) -> OperationSnapshot? {
    isCut = entries.count >= limit
    guard var machine = OperationMachine(resuming: entries) else { return OperationMachine.ended(entries) }
    var action: OperationMachine.Action? = machine.begin(at: Samples.start)
    while let current = action, current != .finished {
      if isCut {
        if case .perform(let step) = current, isLate { _ = perform(step) }
        return nil
      }
      switch current {
      case .record(let kind):
        append(kind, by: "kit@ops1")
        isCut = entries.count >= limit
        action = machine.handle(.recorded, at: Samples.start)
      case .perform(let step):
        if let index = script.abortsAt, plan.steps[index].action == step { abort(&machine, limit) }
        if isCut { return nil }
        // A watch is cut short.
        let isOver = machine.isWatching && machine.abortedBy != nil
        action = machine.handle(isOver ? .supersede : perform(step), at: Samples.start)
      case .wait(let time):
        waits.append(time)
        action = machine.handle(.waited, at: Samples.start)
      case .hold, .finished: return nil
      }
    }
    return machine.snapshot
  }

  /// Carries it out to its end.
  mutating func finish() throws -> OperationSnapshot {
    let ended = run()
    return try #require(ended)
  }

  private mutating func abort(_ machine: inout OperationMachine, _ limit: Int) {
    guard machine.ask(.abort) == nil else { return }
    append(.controlled(.abort), by: "ana@ops2")
    isCut = entries.count >= limit
    _ = machine.decide(by: "ana@ops2")
  }

  private mutating func perform(_ action: StepAction) -> OperationMachine.Event {
    let phrase = action.phrase
    told[phrase, default: 0] += 1
    if let isUntouched = script.failures[phrase] {
      if !isUntouched { effect(phrase) }
      return isUntouched ? .refused("refused") : .failed("no answer")
    }
    if told[phrase, default: 0] <= script.stumbles[phrase] ?? 0 { return .failed("not now") }
    effect(phrase)
    return .performed("ok")
  }

  private mutating func effect(_ phrase: String) {
    if !phrase.hasPrefix("drain"), !effects.contains(phrase) { effects.append(phrase) }
  }

  private mutating func append(_ kind: JournalEntry.Kind, by actor: String) {
    entries.append(
      JournalEntry(
        sequence: Int64(entries.count + 1), at: Samples.start, operation: OperationID(plan.id.rawValue), actor: actor,
        kind: kind, hash: "", previousHash: ""))
  }
}

extension StepAction {
  /// A word for it, for tests.
  var phrase: String {
    switch self {
    case .writeWeights(_, let weights, _): "write \(weights.ratio)"
    case .verifyAnswers(let weights): "verify \(weights.ratio)"
    case .observeShares(let weights): "observe \(weights.ratio)"
    case .sync(let action): action.phrase
    case .role(let action): action.phrase
    }
  }
}
