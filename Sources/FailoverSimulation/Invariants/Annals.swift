import Operations

/// What has happened so far, as far as invariants need to know.
struct Annals {
  /// An operation as the journals tell it.
  struct Deed {
    var controller: Int
    var actor: String
    var plan: Plan
    var done: Set<Int> = []
    var hasEnded = false
  }

  /// The operation under which a controller promotes a database.
  func promotion(by controller: Int) -> Deed? { promoting[controller].flatMap { deeds[$0] } }

  /// The database that was promoted last.
  var primary = World.clouds[0]
  var deeds: [OperationID: Deed] = [:]
  /// By controller, when it last moved the right to write by itself, until a person acknowledged it.
  var unacknowledged: [Int: Timestamp] = [:]
  var paused: Set<Int> = []
  /// By controller, the operation that promotes, or did last.
  var promoting: [Int: OperationID] = [:]
  /// Changes that took effect, so that none does twice.
  var effects: Set<String> = []
  /// When a cloud's weight became 0.
  var zeroSince: [CloudID: Timestamp] = [:]
  var generations: [Generation] = [Generation(0), Generation(0), Generation(0)]
  /// Whether what stands in the DNS was written by hand, or by half.
  var isWeightForeign = false
  var lastWrite: (cloud: CloudID, at: Timestamp)?
  /// The operation that last paused, resumed or turned the link, or was about to.
  var linkMovedBy: OperationID?
  var replay: Replay
  /// Rows that only one side had, of which a person was given a file.
  var exported: Set<Int> = []

  init(_ standing: RecordSetState) { replay = Replay(standing) }

  mutating func take(_ fact: Fact, _ world: World) {
    replay.take(fact)
    switch fact {
    case .wrote(_, let cloud): lastWrite = (cloud, world.now)
    case .turned(let turn): if turn.isPromotion { primary = turn.cloud }
    case .weighed(let from, let to, _, _):
      isWeightForeign = from.generation == to.generation
      for cloud in World.clouds where from.weights[cloud] != 0 && to.weights[cloud] == 0 {
        zeroSince[cloud] = world.now
      }
    case .journalled(let entry, let controller): journal(entry, controller)
    case .began(let beginning):
      if beginning.actor == "automatic", beginning.movesRole {
        unacknowledged[beginning.controller] = beginning.evidence.at
      }
    case .said(let change, let controller): heard(change, controller)
    case .exported(let rows, _): exported.formUnion(rows)
    case .linkTurned, .linkPaused, .copied, .discarded, .writeIgnored, .performs, .planned, .drained, .looked, .died:
      break
    }
  }

  private mutating func heard(_ change: AutomationChange, _ controller: Int) {
    switch change {
    case .pause: paused.insert(controller)
    case .resume: paused.remove(controller)
    case .acknowledge: unacknowledged[controller] = nil
    case .stopCountdown: break
    }
  }

  private mutating func journal(_ entry: JournalEntry, _ controller: Int) {
    // A person's word that is durable counts, also where the host died before it said so.
    if case .automation(let change) = entry.kind, entry.actor.contains("@") { return heard(change, controller) }
    guard let id = entry.operation else { return }
    switch entry.kind {
    case .operationStarted(let plan, _): deeds[id] = Deed(controller: controller, actor: entry.actor, plan: plan)
    case .stepIntended(_, .role(.promote)): promoting[controller] = id
    case .stepIntended(_, .sync(let action)): if action.movesLink { linkMovedBy = id }
    case .compensationIntended(_, let action):
      promoting[controller] = nil
      if case .sync(let action) = action, action.movesLink { linkMovedBy = id }
    case .stepDone(let index, _): deeds[id]?.done.insert(index)
    case .operationEnded: deeds[id]?.hasEnded = true
    default: break
    }
  }
}

extension Beginning {
  /// Whether it moves the right to write.
  var movesRole: Bool {
    plan.steps.contains { if case .role(.promote) = $0.action { true } else { false } }
  }
}

extension SyncAction {
  fileprivate var movesLink: Bool {
    switch self {
    case .pause, .resume, .reverse: true
    default: false
    }
  }
}
