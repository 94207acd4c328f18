import Operations
import Simulation

/// Who may write, and in which order that moves.
extension Invariant {
  static let oneWriter = Invariant(
    1, "one-writer",
    onState: { world in
      world.databases.allSatisfy(\.isWritable) ? "aws and azure both take writes" : nil
    })

  static let fenceProven = Invariant(
    2, "fence-proven",
    onFact: { fact, _ in
      guard case .turned(let turn) = fact, turn.call == .promote else { return nil }
      return turn.writersBeside.first.map { "\(turn.cloud) is promoted while \($0) takes writes, or would" }
    })

  static let order = Invariant(
    3, "order",
    onFact: { fact, world in
      switch fact {
      case .journalled(let entry, _):
        guard let id = entry.operation, let deed = world.annals.deeds[id],
          case .stepIntended(_, let action) = entry.kind
        else { return nil }
        return deed.disorder(before: action)
      case .turned(let turn) where turn.isPromotion: return missing(at: turn.cloud, movedBy: turn.controller, world)
      default: return nil
      }
    })

  /// What a planned move would lose.
  private static func missing(at cloud: CloudID, movedBy controller: Int, _ world: World) -> String? {
    guard case .failover(let request) = world.annals.promotion(by: controller)?.plan.request,
      request == .switchover(to: cloud) || request == .failback(to: cloud)
    else { return nil }
    let lost = world.lost(to: cloud).filter { world.users.rows[$0].isAcknowledged }
    return lost.isEmpty ? nil : "\(cloud) is promoted in a planned move and lacks \(lost.count) acknowledged rows"
  }

  static let generationsGrow = Invariant(
    4, "generations-grow",
    onState: { world in
      let generations = [world.names.standing.generation] + world.databases.map { $0.role.standing.generation }
      defer { world.annals.generations = generations }
      for (before, after) in zip(world.annals.generations, generations) where after < before {
        return "a generation went from \(before) back to \(after)"
      }
      return nil
    },
    onFact: { fact, _ in
      switch fact {
      case .turned(let turn) where turn.generation < turn.before:
        "\(turn.cloud) obeyed generation \(turn.generation) after \(turn.before)"
      case .weighed(let before, _, let generation?, _) where generation <= before.generation:
        "the record set obeyed generation \(generation) after \(before.generation)"
      default: nil
      }
    })

  static let demotedTakesNothing = Invariant(
    6, "demoted-takes-nothing",
    onFact: { fact, world in
      guard case .wrote(let row, let cloud) = fact, cloud != world.annals.primary else { return nil }
      return "row \(row) was committed at \(cloud), and \(world.annals.primary) was promoted last"
    })

  static let nothingTwice = Invariant(
    13, "nothing-twice",
    onFact: { fact, world in
      let effect: String
      switch fact {
      case .turned(let turn) where turn.from != turn.to:
        effect = "\(turn.cloud) \(turn.to.rawValue) under \(turn.generation)"
      case .weighed(let before, let after, let generation?, _) where after.generation > before.generation:
        effect = "weights under \(generation)"
      case .linkTurned(_, let controller): effect = world.controllers[controller].disk.lastTurning ?? "link turned"
      default: return nil
      }
      return world.annals.effects.insert(effect).inserted ? nil : "twice: \(effect)"
    })
}

extension World {
  /// Rows of the other side that a cloud lacks which becomes the primary. What a person was given in a file before it was
  /// discarded is another matter: it was lost by what came before.
  func lost(to cloud: CloudID) -> [Int] {
    let (new, old) = (database(cloud), databases[1 - World.index(of: cloud)])
    return old.log.filter { !new.rows.contains($0) && !annals.exported.contains($0) }
  }
}

extension Annals.Deed {
  /// Why `action` comes too early; nil where it does not.
  fileprivate func disorder(before action: StepAction) -> String? {
    let behind = plan.steps.indices.filter(done.contains).map { plan.steps[$0].action }
    switch action {
    case .role(.promote(let cloud, _)):
      guard behind.contains(where: \.isFence) else { return "\(cloud) is promoted before any fence" }
      guard case .failover(let request) = plan.request,
        request == .switchover(to: cloud) || request == .failback(to: cloud)
      else { return nil }
      let hasDrained = behind.contains { if case .sync(.drain) = $0 { true } else { false } }
      return hasDrained ? nil : "\(cloud) is promoted before it has caught up"
    case .writeWeights:
      let promotes = plan.steps.contains { if case .role(.promote) = $0.action { true } else { false } }
      let isVerified = behind.contains { if case .role(.verifyWritable) = $0 { true } else { false } }
      return promotes && !isVerified ? "traffic moves before the new primary was seen to take a write" : nil
    default: return nil
    }
  }
}

extension StepAction {
  var isFence: Bool {
    switch self {
    case .role(.fence), .role(.fenceOrAwaitLeaseEnd), .role(.awaitLeaseEnd), .role(.assumeFenced): true
    default: false
    }
  }
}

extension Disk {
  /// Which step's turning of the link was intended last.
  fileprivate var lastTurning: String? {
    for entry in entries.reversed() {
      switch entry.kind {
      case .stepIntended(let index, .sync(.reverse)):
        return "turned by step \(index) of \(entry.operation?.rawValue ?? "")"
      case .compensationIntended(let index, .sync(.reverse)):
        return "turned back for step \(index) of \(entry.operation?.rawValue ?? "")"
      default: continue
      }
    }
    return nil
  }
}
