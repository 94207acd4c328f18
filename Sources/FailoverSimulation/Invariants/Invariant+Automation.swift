import FailoverEngine
import Operations

/// What may be done without a person.
extension Invariant {
  static let quorumOfNetworks = Invariant(
    7, "quorum-of-networks",
    onFact: { fact, world in
      guard let beginning = fact.automatic, let subject = beginning.subject else { return nil }
      let policy = world.scenario.policy
      let voices = beginning.evidence.voices[subject]
      let says = { (health: KeyPath<Evidence.Voice, Health?>) in
        let down = voices.filter { $0[keyPath: health] == .down }
        let speaking = voices.count { $0[keyPath: health] != nil }
        return down.count >= max(2, policy.quorumVantages) && down.count * 2 > speaking
          && Set(down.map(\.network)).count >= max(2, policy.quorumNetworks)
      }
      return says(\.health) || (beginning.movesRole && says(\.database))
        ? nil
        : "\(World.clouds[subject]) is acted on without a quorum: \(voices.map { $0.health?.rawValue ?? "silent" })"
    })

  static let cutOffIsIdle = Invariant(
    8, "cut-off-is-idle",
    onFact: { fact, _ in
      guard let beginning = fact.automatic else { return nil }
      let sees = beginning.evidence.voices.contains { $0.contains { $0.health == .healthy } }
      return sees ? nil : "ops\(beginning.controller + 1) acts though it sees nothing healthy anywhere"
    })

  static let lossIsFresh = Invariant(
    9, "loss-is-fresh",
    onFact: { fact, world in
      if let beginning = fact.automatic, beginning.movesRole, let subject = beginning.subject {
        return staleness(beginning.evidence, of: subject, world.scenario.policy)
      }
      if case .turned(let turn) = fact, turn.isPromotion {
        return loss(at: turn.cloud, movedBy: turn.controller, world)
      }
      return nil
    })

  private static func staleness(_ evidence: Evidence, of subject: Int, _ policy: FailoverPolicy) -> String? {
    guard let measured = evidence.lossMeasuredAt else { return "the loss was never measured" }
    let seen = evidence.databaseSeenAt[subject] ?? evidence.at
    let age = min(seen, evidence.at) - measured
    guard age <= policy.lossFreshness + .seconds(2) else {
      return "the loss was measured \(age) before the primary was last seen"
    }
    guard let loss = evidence.loss else { return nil }
    return loss.seconds > policy.rpo.inSeconds ? "up to \(loss.seconds) s would be lost" : nil
  }

  /// What is really lost by what was done without a person.
  private static func loss(at cloud: CloudID, movedBy controller: Int, _ world: World) -> String? {
    guard world.annals.promotion(by: controller)?.actor == FailoverMemory.automatic else { return nil }
    let lost = world.lost(to: cloud).map { world.users.rows[$0].committedAt }
    guard let first = lost.min(), let last = lost.max() else { return nil }
    return last - first > world.scenario.policy.rpo ? "\(last - first) of writes are lost, \(lost.count) rows" : nil
  }

  /// A link that says it has brought everything has.
  static let inStepIsInStep = Invariant(
    9, "in-step-is-in-step",
    onFact: { fact, world in
      guard case .journalled(let entry, _) = fact, case .operationEnded = entry.kind else { return nil }
      // What another host has under way may have turned the link, and not copied the rows yet.
      let others = world.controllers.compactMap(\.life).flatMap(\.operations).filter { $0.id != entry.operation }
      guard !others.contains(where: { !$0.state.isFinal && !$0.onlyWatches }) else { return nil }
      let link = world.link
      let (source, target) = (world.databases[link.source], world.databases[link.target])
      guard !link.isPaused, !link.isCopying, !link.isSlotLost, source.cloud == world.annals.primary else { return nil }
      let brought = source.log.prefix(link.confirmed).filter {
        !target.rows.contains($0) && !world.annals.exported.contains($0)
      }
      return brought.isEmpty
        ? nil : "\(target.cloud) lacks \(brought.count) rows that the link has brought, as it says"
    })

  static let oneInAWindow = Invariant(
    10, "one-in-a-window",
    onFact: { fact, world in
      guard let beginning = fact.automatic, beginning.movesRole else { return nil }
      guard let before = world.annals.unacknowledged[beginning.controller] else { return nil }
      let since = beginning.evidence.at - before
      return since < world.scenario.policy.window
        ? "ops\(beginning.controller + 1) fails over by itself \(since) after the last time" : nil
    })

  static let failbackIsAsked = Invariant(
    11, "failback-is-asked",
    onFact: { fact, world in
      guard case .began(let beginning) = fact, case .failover(.failback(let cloud)) = beginning.plan.request else {
        return nil
      }
      guard beginning.actor != FailoverMemory.automatic else { return "a failback begins by itself" }
      guard !beginning.overridden.contains(InterlockName("divergence")) else { return nil }
      let surplus = world.database(cloud).rows.subtracting(world.databases[1 - World.index(of: cloud)].rows)
      return surplus.isEmpty ? nil : "a failback begins though only \(cloud) has \(surplus.count) rows"
    })

  static let divergenceIsShown = Invariant(
    11, "divergence-is-shown",
    onFact: { fact, world in
      guard case .discarded(let rows, let cloud) = fact else { return nil }
      let unseen = rows.subtracting(world.annals.exported)
      return unseen.isEmpty ? nil : "\(unseen.count) rows that only \(cloud) had are discarded, and shown to nobody"
    })

  static let pausedIsIdle = Invariant(
    12, "paused-is-idle",
    onFact: { fact, world in
      switch fact {
      case .looked(let controller, let age) where world.annals.paused.contains(controller) && age > .seconds(5):
        return "ops\(controller + 1) is paused and has stopped observing for \(age)"
      default: break
      }
      guard let beginning = fact.automatic, world.annals.paused.contains(beginning.controller) else { return nil }
      return "ops\(beginning.controller + 1) acts by itself while it is paused"
    })
}

extension Fact {
  /// What began without a person.
  fileprivate var automatic: Beginning? {
    guard case .began(let beginning) = self, beginning.actor == FailoverMemory.automatic else { return nil }
    return beginning
  }
}

extension Beginning {
  /// The cloud that is taken for down.
  fileprivate var subject: Int? {
    switch plan.request {
    case .failover(.failover(let target)): 1 - World.index(of: target)
    case .failover(.shift(let weights, _)): World.clouds.firstIndex { weights[$0] == 0 }
    default: nil
    }
  }
}
