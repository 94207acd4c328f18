import FailoverEngine
import Operations
import Simulation

/// Plans and their execution, as a host does both.
extension Life {
  func plan(_ request: FailoverRequest, in snapshot: Snapshot, origin: Plan.Origin) throws -> Plan {
    let before = world.writes
    var plan = try planner.plan(
      request, id: nextPlanID(), in: snapshot, now: snapshot.generatedAt, origin: origin)
    if world.mutation == .writesInDryRun {
      let standing = world.names.standing
      world.names.records.overwrite(NameService.half(standing.weights, Weights([(World.clouds[0], 101)])))
      world.weighed(standing, under: nil, by: controller.index)
    }
    if world.mutation == .promotesFirst { plan.promoteFirst() }
    world.note(.planned(writes: world.writes - before))
    return plan
  }

  /// Judges the plan on the world as it is now, then begins it.
  func execute(
    _ request: FailoverRequest, overriding: [InterlockName], actor: String, origin: Plan.Origin, at snapshot: Snapshot
  ) async throws -> OperationID {
    let shown = try plan(request, in: snapshot, origin: origin)
    var plan = try plan(request, in: snapshot, origin: origin)
    if world.mutation == .doesOtherThanShown { plan.steps.removeAll { $0.action.isVerification } }
    let verdicts = planner.settings.interlocks.map { $0.verdict(on: plan, in: snapshot) }
    if let refusal = Refusal.judging(verdicts, overriding: overriding) { throw refusal }
    guard !plan.steps.isEmpty else { throw HostError.invalidRequest("there is nothing to do: \(plan.title)") }
    plan.interlocks = verdicts
    let overridden = overriding.filter { name in verdicts.contains { $0.name == name && $0.isBlocked } }
    let evidence = evidence()
    guard let runner else { throw HostError.failed("the host has ended") }
    let id = try await runner.start(plan, overriding: overridden, actor: actor)
    world.note(
      .began(
        Beginning(
          controller: controller.index, actor: actor, plan: plan, shown: shown, overridden: overridden,
          evidence: evidence)))
    return id
  }

  /// Does what a person says, and tells what came of it.
  func hear(_ word: PersonsWord) async {
    do {
      switch word {
      case .ask(let request, let overriding):
        _ = try await execute(
          request, overriding: overriding, actor: "kit@\(controller.name)", origin: .person, at: snapshot())
      case .confirm:
        guard failover?.state == .proposing || failover?.state == .confirmed, let request = failover?.request else {
          return
        }
        _ = try await execute(request, overriding: [], actor: "kit@\(controller.name)", origin: .person, at: snapshot())
      case .tell(let change): try await tell(change)
      case .control(let control):
        guard let running = operations.first(where: { !$0.state.isFinal }) else { return }
        try await runner?.control(running.id, control, actor: "kit@\(controller.name)")
      case .verifyRows:
        let outcome = try await LinkPerformer(life: self).verify()
        world.tell("\(controller.name): \(outcome)")
      }
    } catch {
      world.tell("\(controller.name): \(word) was not done: \(error)")
    }
  }

  private func tell(_ change: AutomationChange) async throws {
    if world.mutation == .ignoresPause, change == .pause { return world.note(.said(change, to: controller.index)) }
    try await engine?.change(change, actor: "kit@\(controller.name)")
    world.note(.said(change, to: controller.index))
  }
}

extension StepAction {
  fileprivate var isVerification: Bool {
    switch self {
    case .verifyAnswers, .role(.verifyWritable): true
    default: false
    }
  }
}

extension Plan {
  /// The promotion before all else; a mistake that is planted.
  fileprivate mutating func promoteFirst() {
    let isPromotion = { (step: Step) in
      if case .role(.promote) = step.action { true } else { false }
    }
    guard let index = steps.firstIndex(where: isPromotion) else { return }
    steps.insert(steps.remove(at: index), at: 0)
  }
}
