import FailoverEngine
import Operations

/// Who moves levers, and what is on disk before.
extension Invariant {
  static let oneHolder = Invariant(
    14, "one-holder",
    onState: { world in
      let holders = world.controllers.filter { $0.life?.holdsLease == true }
      return holders.count > 1 ? "\(holders.map(\.name)) hold the lease at once" : nil
    },
    onFact: { fact, _ in
      guard case .performs(let action, let controller, false) = fact, action.mutates else { return nil }
      return "ops\(controller + 1) changes things without the lease: \(action.words)"
    })

  static let intentFirst = Invariant(
    15, "intent-first",
    onFact: { fact, world in
      let (controller, what, intended): (Int, String, (StepAction) -> Bool)
      switch fact {
      case .turned(let turn):
        // Renewals are no steps; nor is it one that fences, under a newer generation, what takes no writes anyway.
        guard turn.call == .fence || turn.call == .promote, turn.from != turn.to,
          turn.call == .promote || turn.wasWritable
        else { return nil }
        controller = turn.controller
        what = "\(turn.call.rawValue) \(turn.cloud)"
        intended = { $0.concerns(turn.cloud, turn.generation) }
      case .weighed(_, _, let generation?, let actor?):
        controller = actor
        what = "weights under \(generation)"
        intended = { if case .writeWeights(_, _, generation) = $0 { true } else { false } }
      case .linkTurned(let source, let actor):
        controller = actor
        what = "turning the link"
        intended = { if case .sync(.reverse(_, source)) = $0 { true } else { false } }
      default: return nil
      }
      let isDurable = world.controllers[controller].disk.entries.contains { entry in
        switch entry.kind {
        case .stepIntended(_, let action), .compensationIntended(_, let action): intended(action)
        default: false
        }
      }
      return isDurable ? nil : "ops\(controller + 1) did without an intent on disk: \(what)"
    })

  static let shownIsDone = Invariant(
    16, "shown-is-done",
    onFact: { fact, world in
      switch fact {
      case .planned(let writes): return writes > 0 ? "planning wrote \(writes) times" : nil
      case .began(let beginning):
        let (shown, done) = (beginning.shown, beginning.plan)
        guard shown.steps == done.steps, shown.prediction == done.prediction, shown.title == done.title else {
          return "“\(done.title)” is not what was shown before"
        }
        return nil
      case .journalled(let entry, _):
        guard case .stepIntended(let index, let action) = entry.kind, let id = entry.operation,
          let deed = world.annals.deeds[id]
        else { return nil }
        return deed.plan.steps.indices.contains(index) && deed.plan.steps[index].action == action
          ? nil : "step \(index + 1) of “\(deed.plan.title)” is not what its plan says"
      default: return nil
      }
    })
}

extension StepAction {
  /// Whether it changes this database's right to write under this generation.
  fileprivate func concerns(_ cloud: CloudID, _ generation: Generation) -> Bool {
    switch self {
    case .role(.fence(cloud, generation)), .role(.fenceOrAwaitLeaseEnd(cloud, generation)),
      .role(.promote(cloud, generation)), .role(.awaitLeaseEnd(cloud, generation)):
      true
    default: false
    }
  }
}
