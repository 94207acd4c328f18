import Operations
import Simulation

/// The world as the journals tell it, entry by entry, beside what was done by hands that keep none.
struct Replay {
  /// A step of an operation, or its being taken back.
  struct Step: Hashable {
    var operation: OperationID
    var index: Int
    var isTakenBack: Bool
  }

  enum Outcome {
    case done
    /// It may have had its effect all the same.
    case failed
    case refused
  }

  /// By database, whether it stands as a primary.
  private var primaries: [Possible<Bool>]
  private var weights: Possible<RecordSetState>
  /// Which database the link reads from, and whether it rests.
  private var source = Possible(0)
  private var isPaused = Possible(false)
  /// Generations of writes that the DNS confirmed and did not carry out.
  private var ignored: Set<Generation> = []
  private let ttl: Duration
  /// Whether something has happened since it was compared with the world.
  var isNew = true

  init(_ standing: RecordSetState) {
    primaries = World.clouds.indices.map { Possible($0 == 0) }
    weights = Possible(standing)
    ttl = standing.ttl
  }

  mutating func take(_ fact: Fact) {
    switch fact {
    case .journalled(let entry, _): read(entry)
    case .writeIgnored(let generation): ignored.insert(generation)
    case .weighed(let before, let after, _, _):
      // By a hand, or by half: no generation tells of it.
      if before.generation == after.generation { weights.add(after) }
    case .turned, .linkTurned, .linkPaused: break
    default: return
    }
    isNew = true
  }

  /// What of the world no journal tells; nil where they tell all of it.
  func untold(_ world: World) -> String? {
    for database in world.databases {
      let standing = database.role.standing.standing
      let isPrimary = standing == .primary || (standing == .unclaimed && database.index == 0)
      guard primaries[database.index].allows(isPrimary) else {
        return "\(database.cloud) is \(standing.rawValue)"
      }
    }
    let link = world.link
    guard weights.allows(world.names.standing) else { return "the weights are \(world.names.standing.weights.ratio)" }
    guard source.allows(link.source) else { return "the link comes from \(World.clouds[link.source])" }
    return isPaused.allows(link.isPaused) ? nil : "the link \(link.isPaused ? "rests" : "goes")"
  }
}

extension Replay {
  private mutating func read(_ entry: JournalEntry) {
    if case .noted(let text) = entry.kind { return noted(text) }
    guard let id = entry.operation else { return }
    let step = { (index: Int) in Step(operation: id, index: index, isTakenBack: false) }
    let back = { (index: Int) in Step(operation: id, index: index, isTakenBack: true) }
    switch entry.kind {
    case .stepIntended(let index, let action): intend(action, step(index))
    case .stepDone(let index, _): end(step(index), .done)
    case .stepFailed(let index, _): end(step(index), .failed)
    case .stepRefused(let index, _): end(step(index), .refused)
    case .compensationIntended(let index, let action): intend(action, back(index))
    case .compensationDone(let index, _): end(back(index), .done)
    case .compensationFailed(let index, _): end(back(index), .failed)
    default: return
    }
  }

  /// A right to write that had ended is given again, and the other side is fenced for that; or an old primary is, for
  /// there is a new one.
  private mutating func noted(_ text: String) {
    for (index, cloud) in World.clouds.enumerated()
    where text.hasPrefix("the lease of \(World.clouds[1 - index]) had ended")
      || text.hasPrefix("\(cloud) is fenced: ")
    {
      primaries[index].add(false)
    }
  }

  private mutating func intend(_ action: StepAction, _ step: Step) {
    switch action {
    case .role(.fence(let cloud, _)): primaries[World.index(of: cloud)].intend(false, by: step)
    case .role(.fenceOrAwaitLeaseEnd(let cloud, _)):
      primaries[World.index(of: cloud)].intend(false, by: step, isCertain: false)
    case .role(.promote(let cloud, _)): primaries[World.index(of: cloud)].intend(true, by: step)
    case .writeWeights(_, let wanted, let generation):
      weights.intend(RecordSetState(weights: wanted, ttl: ttl, generation: generation), by: step)
    case .sync(.pause): isPaused.intend(true, by: step)
    case .sync(.resume): isPaused.intend(false, by: step)
    case .sync(.reverse(_, let side)):
      source.intend(World.index(of: side), by: step)
      isPaused.intend(false, by: step)
    default: return
    }
  }

  private mutating func end(_ step: Step, _ outcome: Outcome) {
    for index in primaries.indices { primaries[index].end(step, outcome) }
    let isIgnored = weights.intended(by: step).map { ignored.contains($0.generation) } ?? false
    weights.end(step, outcome == .done && isIgnored ? .failed : outcome)
    source.end(step, outcome)
    isPaused.end(step, outcome)
  }
}
