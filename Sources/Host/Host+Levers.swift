import FailoverEngine
public import Operations
import ReplicationEngine

extension Host {
  /// Makes a plan and keeps it for a few minutes. Nothing is changed.
  ///
  /// - Throws: ``HostError/invalidRequest(_:)`` when no plan can be made of the request.
  public func plan(_ request: LeverRequest) async throws -> Plan {
    await lookAtRecordSetAfterChange()
    if case .failover(let failover) = request {
      let plan = try await planned(failover)
      shelf.put(plan, now: parts.wallClock.now())
      return plan
    }
    let snapshot = await snapshot()
    let now = parts.wallClock.now()
    let plan: Plan
    switch request {
    case .failover: throw HostError.invalidRequest(Self.noFailover)
    case .sync(let sync):
      plan = try syncPlanner.plan(sync, id: PlanID(Token.make("r")), in: snapshot, now: now)
    case .setWeights, .undo:
      plan = try weightsPlanner.plan(
        try await weights(for: request), request: request, id: PlanID(Token.make("w")), in: snapshot, now: now)
    }
    shelf.put(plan, now: now)
    return plan
  }

  /// Judges the interlocks once more on the world as it is now, then executes.
  ///
  /// - Throws: ``Refusal`` when interlocks hold it, ``HostError`` when the plan is not known or could not be started.
  public func execute(_ id: PlanID, overriding: [InterlockName], actor: String) async throws -> OperationID {
    let now = parts.wallClock.now()
    guard let plan = shelf.plan(id, now: now) else { throw HostError.unknownPlan(id) }
    let snapshot = await snapshot()
    let verdicts = interlocks(of: plan).map { $0.verdict(on: plan, in: snapshot) }
    if let refusal = Refusal.judging(verdicts, overriding: overriding) {
      await record(refusal, of: plan, actor: actor)
      throw refusal
    }
    guard !plan.steps.isEmpty else { throw HostError.invalidRequest("there is nothing to do: \(plan.title)") }
    // Taken before the next await, so that one plan cannot be started twice.
    guard shelf.plan(id, now: now) != nil else { throw HostError.unknownPlan(id) }
    shelf.take(id)
    let overridden = overriding.filter { name in verdicts.contains { $0.name == name && $0.isBlocked } }
    let judged = plan.judged(verdicts)
    do {
      return try await runner.start(judged, overriding: overridden, actor: actor)
    } catch {
      await world.setJournalFault("\(error)", at: parts.wallClock.now())
      throw HostError.failed("\(error)")
    }
  }

  /// Returns when the operation has ended.
  public func wait(for id: OperationID) async -> OperationSnapshot? { await runner.wait(for: id) }

  private func interlocks(of plan: Plan) -> [any Interlock] {
    switch plan.kind {
    case .weights: settings.weights.interlocks
    case .replication: settings.sync.interlocks
    case .failover: settings.failover?.plans.interlocks ?? []
    }
  }

  private func weights(for request: LeverRequest) async throws -> Weights {
    switch request {
    case .setWeights(let weights): return weights
    case .sync, .failover: throw HostError.invalidRequest("this request is none of weights alone")
    case .undo(let id):
      let entries = try await parts.journal.entries(of: id)
      guard case .operationStarted(let plan, _) = entries.first?.kind else {
        throw HostError.invalidRequest("the journal holds no operation \(id)")
      }
      for case .writeWeights(let standing, _, _) in plan.steps.map(\.action) { return standing }
      throw HostError.invalidRequest("“\(plan.title)” has nothing to take back")
    }
  }

  private func record(_ refusal: Refusal, of plan: Plan, actor: String) async {
    let now = parts.wallClock.now()
    let names = refusal.holding.map(\.name)
    await world.note(
      "\(plan.title) refused: \(names.map(\.rawValue).joined(separator: ", "))", subject: "interlock",
      severity: .warning, at: now, actor: actor)
    // A refusal that cannot be journalled is a refusal all the same.
    _ = try? await parts.journal.append(
      .init(at: now, operation: nil, actor: actor, kind: .refused(title: plan.title, holding: names)))
  }
}

extension Plan {
  fileprivate func judged(_ verdicts: [InterlockVerdict]) -> Plan {
    var plan = self
    plan.interlocks = verdicts
    return plan
  }
}
