import Operations

extension DrillRun {
  func ask(_ request: FailoverRequest) async throws {
    try await levers.prepare(.failover(request))
    recorder.startClock()
    operation = try await levers.pull(.failover(request), within: .seconds(10))
  }

  /// Until the host acts; where its policy leaves that to a person, the drill acts in a person's place as soon as the
  /// host has noticed.
  func awaitAction(_ request: FailoverRequest, within limit: Duration) async throws {
    let known = Set(recorder.firstSight?.operations.map(\.id) ?? [])
    let subject = plan.subject
    enum Turn { case acts(OperationID), leavesIt(FailoverRequest) }
    let turn = await levers.wait(within: limit) { sight -> Turn? in
      if let new = sight.operations.first(where: { $0.kind != .replication && !known.contains($0.id) }) {
        return .acts(new.id)
      }
      if sight.state == .proposing { return .leavesIt(sight.request ?? request) }
      let isDown = sight.cloud(subject)?.health == .down
      return isDown && sight.policy != .automatic && sight.policy != .advise ? .leavesIt(request) : nil
    }
    switch turn {
    case .acts(let id): operation = id
    case .leavesIt(let request):
      recorder.change { $0.isActedByHand = true }
      do { operation = try await levers.pull(.failover(request), within: .seconds(10)) } catch {
        recorder.trouble("\(request.phrase) was not begun: \(error)")
      }
    case nil: recorder.trouble("the host did nothing")
    }
  }

  /// Kills the host once the step of that number is running or done, or at the last step of a shorter plan.
  func crashHost(at step: Int, within limit: Duration) async throws {
    guard let operation else { return recorder.trouble("no operation was begun to kill the host in") }
    _ = await levers.wait(within: limit) { sight -> Bool? in
      guard let running = sight.operations.first(where: { $0.id == operation }) else { return nil }
      let index = min(step, running.steps.count - 1)
      guard index >= 0 else { return nil }
      return running.state.isFinal || running.steps[index].state != .pending ? true : nil
    }
    try await stage.killHost()
    recorder.mark(.fault, "the host is killed")
    try await stage.startHost()
    recorder.mark(.host, "the host is started again")
    if await levers.end(of: operation, within: limit) == nil {
      recorder.trouble("the operation did not end after the host had been started again")
    }
  }

  /// Rejoin, failback, weights, as far as each is needed.
  func restore(primary: CloudID, _ method: RejoinMethod, within limit: Duration) async {
    let deadline = ContinuousClock.now + limit
    if recorder.hasActed {
      try? await stage.host().change(.acknowledge, actor: levers.actor)
    }
    var restoration = Restoration(primary: primary, weights: recorder.firstSight?.weights, method: method)
    var ended: Timestamp?
    var refusal: (any Error)?
    while ContinuousClock.now < deadline, !Task.isCancelled {
      guard let sight = recorder.newestSight else {
        return recorder.trouble("the host is not heard: nothing was put back")
      }
      // Weights that were read before the last operation ended are those from before it.
      if let last = ended, let read = sight.weightsAt, read <= last {
        try? await Task.sleep(for: .milliseconds(100))
        continue
      }
      switch restoration.next(sight) {
      case .done: return
      case .wait: try? await Task.sleep(for: .milliseconds(200))
      case .ask(let request):
        do {
          try? await levers.prepare(request)
          let id = try await levers.pull(request, within: min(.seconds(15), deadline - .now))
          let operation = await levers.end(of: id, within: deadline - .now)
          // One that only watches any more has no end yet, and has written before its watch began.
          ended = operation.flatMap { $0.endedAt ?? $0.steps.last { $0.mutates }?.endedAt }
          restoration.learn(request, isDone: operation.map { $0.state != .failed } ?? false)
          if let failure = operation?.failure { return recorder.trouble("putting back failed: \(failure)") }
        } catch {
          // A database that was just healed does not answer at once; what is to be done next is looked at anew.
          refusal = error
          try? await Task.sleep(for: .seconds(1))
        }
      }
    }
    recorder.trouble("it was not put back in time" + (refusal.map { ": \($0)" } ?? ""))
  }
}
