import Operations
import Simulation

/// What is on disk, and what follows from it.
extension Invariant {
  static let journalTells = Invariant(
    15, "journal-tells",
    onState: { world in
      guard world.annals.replay.isNew else { return nil }
      world.annals.replay.isNew = false
      return world.annals.replay.untold(world).map { "no journal tells that \($0)" }
    })

  static let endsAsPlanned = Invariant(
    13, "ends-as-planned",
    onFact: { fact, world in
      guard case .journalled(let entry, _) = fact, case .operationEnded(.done, _) = entry.kind,
        let id = entry.operation, let deed = world.annals.deeds[id]
      else { return nil }
      return deed.plan.steps.lazy.compactMap { $0.action.missing(in: world, of: id, deed.plan) }.first.map {
        "“\(deed.plan.title)” ended well, and \($0)"
      }
    })
}

extension StepAction {
  /// What of its effect does not stand at the end of its operation, though nobody has changed it since; nil where it does.
  fileprivate func missing(in world: World, of operation: OperationID, _ plan: Plan) -> String? {
    switch self {
    case .role(.promote(let cloud, let generation)): return missing(.primary, at: cloud, generation, world)
    case .role(.fence(let cloud, let generation)): return missing(.fenced, at: cloud, generation, world)
    case .writeWeights(_, let wanted, let generation):
      guard plan.lastWeights == wanted, !world.annals.isWeightForeign else { return nil }
      let standing = world.names.standing
      return standing.weights == wanted || standing.generation > generation
        ? nil : "the weights are \(standing.weights.ratio), not \(wanted.ratio)"
    case .sync(.reverse(_, let source)):
      guard world.annals.linkMovedBy == operation else { return nil }
      return World.clouds[world.link.source] == source ? nil : "the link does not come from \(source)"
    case .sync(.pause):
      return world.annals.linkMovedBy != operation || world.link.isPaused ? nil : "the link goes"
    case .sync(.baseline): return world.link.isCopying ? "the copy is not complete" : nil
    default: return nil
    }
  }

  private func missing(
    _ wanted: DatabaseRole.Standing, at cloud: CloudID, _ generation: Generation, _ world: World
  ) -> String? {
    let (standing, stands) = world.database(cloud).role.standing
    guard stands <= generation else { return nil }
    return standing == wanted && stands == generation
      ? nil : "\(cloud) is \(standing.rawValue) under \(stands), not \(wanted.rawValue) under \(generation)"
  }
}

extension Plan {
  fileprivate var lastWeights: Weights? {
    for case .writeWeights(_, let wanted, _) in steps.reversed().map(\.action) { return wanted }
    return nil
  }
}
