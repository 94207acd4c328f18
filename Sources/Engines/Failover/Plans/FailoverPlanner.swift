public import Operations

/// Makes the plans that move traffic and the right to write. Pure.
///
/// The order of steps is law: fence, then catch up, then promote, then verify by a write, then move traffic. Whatever can
/// fail for a reason of its own comes before the promotion, where all of it is taken back: turning replication round
/// too, for the way back must begin before the new primary takes its first write, or it would miss that write.
public struct FailoverPlanner: Sendable {
  public var settings: FailoverPlanSettings

  public init(settings: FailoverPlanSettings) { self.settings = settings }

  /// The plan, judged by every interlock. One without steps has nothing to do; its title says why.
  ///
  /// - Parameter origin: who asks; some rules hold for the automation alone.
  /// - Throws: ``HostError/invalidRequest(_:)`` for a request that makes no sense whatever stands, such as one of an
  ///   unknown cloud; ``HostError/noPlan(_:)`` with a remedy when no plan can be made as the world stands: a target that is
  ///   the primary already, a primary that is not known, no link between the two, a mode that cannot do it.
  public func plan(
    _ request: FailoverRequest, id: PlanID, in snapshot: Snapshot, now: Timestamp, origin: Plan.Origin = .person
  ) throws -> Plan {
    let ground = PlanGround(snapshot: snapshot, settings: settings, now: now)
    let draft = try draft(request, ground, origin)
    var prediction = ground.prediction(after: draft.steps)
    if let loss = draft.loss {
      prediction.rowsLost = loss.rows
      prediction.lossSeconds = loss.seconds
      prediction.lossBytes = loss.bytes
    }
    var plan = Plan(
      id: id, kind: .failover, title: draft.title, madeAt: now, request: .failover(request),
      generation: snapshot.generation, steps: draft.steps, prediction: prediction, interlocks: [])
    plan.origin = origin
    plan.interlocks = settings.interlocks.map { $0.verdict(on: plan, in: snapshot) }
    return plan
  }

  /// A plan before it is predicted and judged.
  struct Draft {
    var title: String
    var steps: [Plan.Step] = []
    /// Nil for a plan that loses nothing.
    var loss: PlannedLoss?
  }

  private func draft(_ request: FailoverRequest, _ ground: PlanGround, _ origin: Plan.Origin) throws -> Draft {
    switch request {
    case .shift(let weights, let stages): return try shift(weights, stages: stages, ground)
    case .evacuate(let cloud): return try evacuate(cloud, ground)
    case .switchover(let target): return try switchover(to: target, ground, named: "Switch over")
    case .failover(let target): return try failover(to: target, ground)
    case .rejoin(let cloud, let method): return try rejoin(cloud, method, ground)
    case .failback(let target):
      guard origin == .person else {
        throw HostError.noPlan(
          "a failback is never automatic", remedy: "a person asks for it: signalbox failback \(target)")
      }
      return try switchover(to: target, ground, named: "Fail back")
    }
  }
}

/// Upper bounds of what a plan would lose; nil where it is not known.
struct PlannedLoss: Sendable, Equatable {
  var seconds: Double?
  var bytes: UInt64?
  var rows: Int?
}
