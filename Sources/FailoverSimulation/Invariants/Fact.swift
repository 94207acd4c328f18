import Operations

/// Something that happened in the world, as it is, whatever anybody believes.
enum Fact: Sendable {
  /// A user's row was committed.
  case wrote(row: Int, CloudID)
  /// A change of a database's role took effect, or was repeated.
  case turned(Turn)
  /// The weights changed.
  case weighed(from: RecordSetState, to: RecordSetState, under: Generation?, by: Int?)
  case linkTurned(to: CloudID, by: Int)
  case linkPaused(by: Int)
  case copied(by: Int)
  /// What only one side had is in a file beside a journal.
  case exported(Set<Int>, by: Int)
  /// A side's tables were emptied, and these rows are nowhere else.
  case discarded(Set<Int>, of: CloudID)
  /// The DNS said that it had written, and had not.
  case writeIgnored(Generation)
  /// A step of an operation is about to be performed.
  case performs(StepAction, by: Int, holdsLease: Bool)
  case journalled(JournalEntry, by: Int)
  case began(Beginning)
  /// A person paused or resumed the automation, or acknowledged what it did.
  case said(AutomationChange, to: Int)
  /// A controller made a plan and showed it.
  case planned(writes: Int)
  case drained(CloudID)
  case looked(Int, ageOfView: Duration)
  case died(Int)

  var isWrite: Bool {
    switch self {
    case .turned, .weighed: true
    default: false
    }
  }

  /// What a person should read of it; nil for what happens all the time.
  var line: String? {
    switch self {
    case .wrote, .performs, .planned, .looked, .exported, .writeIgnored: nil
    case .turned(let turn):
      turn.from == turn.to
        ? "\(turn.cloud): \(turn.call.rawValue) again under \(turn.generation), by ops\(turn.controller + 1)"
        : "\(turn.cloud): \(turn.from.rawValue) → \(turn.to.rawValue) under \(turn.generation), by ops\(turn.controller + 1)"
    case .weighed(let from, let to, let generation, let actor):
      "weights \(from.weights.ratio) → \(to.weights.ratio)"
        + (generation.map { " under \($0)" } ?? "") + (actor.map { ", by ops\($0 + 1)" } ?? ", by hand")
    case .linkTurned(let source, let actor): "link turned: \(source) is its source, by ops\(actor + 1)"
    case .linkPaused(let actor): "link paused, by ops\(actor + 1)"
    case .copied(let actor): "tables copied anew, by ops\(actor + 1)"
    case .discarded(let rows, let cloud): "the tables of \(cloud) are emptied; only it had \(rows.count) rows"
    case .journalled(let entry, let actor): Self.line(entry, actor)
    case .began(let beginning):
      "ops\(beginning.controller + 1): \(beginning.actor) begins “\(beginning.plan.title)”"
        + (beginning.overridden.isEmpty
          ? "" : ", overriding \(beginning.overridden.map(\.rawValue).joined(separator: ", "))")
    case .said(let change, let controller): "ops\(controller + 1) is told: \(change.rawValue)"
    case .drained(let cloud): "\(cloud) is taken for drained"
    case .died(let controller): "ops\(controller + 1) died"
    }
  }

  private static func line(_ entry: JournalEntry, _ controller: Int) -> String? {
    let name = "ops\(controller + 1) journal \(entry.sequence)"
    switch entry.kind {
    case .stepIntended(let index, let action): return "\(name): step \(index + 1) begins: \(action.words)"
    case .stepDone(let index, let detail): return "\(name): step \(index + 1) done: \(detail)"
    case .stepFailed(let index, let reason): return "\(name): step \(index + 1) failed: \(reason)"
    case .stepRefused(let index, let reason): return "\(name): step \(index + 1) refused: \(reason)"
    case .compensationIntended(let index, let action): return "\(name): step \(index + 1) taken back: \(action.words)"
    case .compensationDone(let index, let detail): return "\(name): step \(index + 1) was taken back: \(detail)"
    case .compensationFailed(let index, let reason): return "\(name): step \(index + 1) not taken back: \(reason)"
    case .controlled(let control): return "\(name): \(control.rawValue) by \(entry.actor)"
    case .operationEnded(let state, let failure):
      return "\(name): ended \(state.rawValue)" + (failure.map { ": \($0)" } ?? "")
    case .decided(let request, _): return "\(name): decided to \(request.phrase)"
    case .primarySeen(let cloud): return "\(name): \(cloud) is seen as the primary"
    case .operationStarted, .refused, .automation, .noted: return nil
    }
  }
}

/// A database's role was changed, or set to what it was.
struct Turn: Sendable {
  var cloud: CloudID
  var from: DatabaseRole.Standing
  var to: DatabaseRole.Standing
  /// Of whoever asked.
  var generation: Generation
  /// Which stood before.
  var before: Generation
  var wasWritable: Bool
  var controller: Int
  var call: RoleCall
  /// Others that took writes at that instant, or would have.
  var writersBeside: [CloudID]

  /// Whether it became the primary, also again: one that had been is one of before, until then.
  var isPromotion: Bool { call == .promote && to == .primary }
}

/// A change that a controller asked of a database.
enum RoleCall: String, Sendable {
  case fence, promote, verify, renew
}

/// An operation began.
struct Beginning: Sendable {
  var controller: Int
  var actor: String
  var plan: Plan
  /// As it was shown before, from the same view.
  var shown: Plan
  var overridden: [InterlockName]
  /// What that controller had in hand then.
  var evidence: Evidence
}

extension StepAction {
  /// `write 0/40`, for a story.
  var words: String {
    switch self {
    case .writeWeights(_, let weights, let generation): "write weights \(weights.ratio) under \(generation)"
    case .verifyAnswers: "verify answers"
    case .observeShares: "watch traffic"
    case .role(let action): action.phrase
    case .sync(let action): "\(action)"
    }
  }
}
