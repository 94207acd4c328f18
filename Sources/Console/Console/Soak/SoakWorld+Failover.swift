import Operations

/// Failover as it may be, and as no host should ever report it.
extension SoakWorld {
  func failover(at now: Timestamp, ids: [CloudID], _ random: inout SplitMix) -> FailoverSnapshot {
    let state = FailoverSnapshot.State.allCases.randomElement(using: &random) ?? .watching
    var failover = FailoverSnapshot(
      state: state, policy: Automation.allCases.randomElement(using: &random) ?? .manual,
      isPaused: random.chance(20), since: now - .seconds(Int.random(in: -5...90_000, using: &random)),
      ledger: ledger(&random))
    failover.pausedBy = random.chance(30) ? text("kit@ops1", &random) : nil
    failover.subject = random.chance(80) ? ids.randomElement(using: &random) ?? CloudID(text("gone", &random)) : nil
    failover.actsAt = random.chance(70) ? now + .milliseconds(Int.random(in: -9000...200_000, using: &random)) : nil
    failover.request = random.chance(80) ? request(ids: ids, &random) : nil
    failover.lastDecision = random.chance(30) ? ledger(&random) : []
    failover.lastDecisionAt = random.chance(80) ? now - .seconds(Int.random(in: 0...900_000, using: &random)) : nil
    failover.acknowledgeBy = random.chance(30) ? now + .seconds(600) : nil
    if random.chance(80) {
      failover.loss = seen(
        LossEstimate(
          seconds: number(&random), bytes: UInt64.random(in: 0...UInt64.max, using: &random),
          rows: random.chance(60) ? Int.random(in: 0...Int.max, using: &random) : nil), at: now, &random)
    }
    failover.roles = (random.chance(90) ? ids : [CloudID(text("gone", &random))]).map { cloud in
      .init(cloud: cloud, role: seen(role(at: now, &random), at: now, &random))
    }
    return failover
  }

  private func role(at now: Timestamp, _ random: inout SplitMix) -> DatabaseRole {
    let standings: [DatabaseRole.Standing] = [.unclaimed, .primary, .fenced]
    return DatabaseRole(
      standing: standings.randomElement(using: &random) ?? .unclaimed,
      generation: Generation(UInt64.random(in: 0...UInt64.max, using: &random)), takesWrites: random.chance(50),
      leaseExpiresAt: random.chance(60) ? now + .seconds(Int.random(in: -100_000...100_000, using: &random)) : nil,
      clock: now + .seconds(Int.random(in: -4...4, using: &random)),
      position: LSN(UInt64.random(in: 0...UInt64.max, using: &random)))
  }

  private func ledger(_ random: inout SplitMix) -> [FailoverCondition] {
    (0..<Int.random(in: 0...12, using: &random)).map { index in
      FailoverCondition(
        name: text(["primary-down", "quorum", "loss-within-rpo"].randomElement(using: &random) ?? "", &random),
        isMet: random.chance(50), detail: text("2/3 vantages on 2 networks say down", &random),
        ageSeconds: random.chance(80) ? number(&random) : nil,
        voices: (0..<(index == 1 ? Int.random(in: 0...6, using: &random) : 0)).map { _ in
          .init(
            vantage: VantageID(text("direct", &random)), network: text("lab", &random),
            health: Health.allCases.randomElement(using: &random) ?? .unknown,
            detail: text("connection refused", &random), ageSeconds: random.chance(80) ? number(&random) : nil)
        })
    }
  }

  func request(ids: [CloudID], _ random: inout SplitMix) -> FailoverRequest {
    let cloud = ids.randomElement(using: &random) ?? CloudID(text("gone", &random))
    return switch Int.random(in: 0...5, using: &random) {
    case 0: .shift(weights, stages: Int.random(in: 1...9, using: &random))
    case 1: .evacuate(cloud)
    case 2: .switchover(to: cloud)
    case 3: .failover(to: cloud)
    case 4: .rejoin(cloud, RejoinMethod.allCases.randomElement(using: &random) ?? .rebuild)
    default: .failback(to: cloud)
    }
  }

  func levers(_ random: inout SplitMix) -> [LeverSnapshot] {
    let kinds: [LeverSnapshot.Kind] = [.weights, .switchover, .failover, .evacuate, .evacuate, .failback, .rejoin]
    return kinds.prefix(random.chance(70) ? 7 : Int.random(in: 0...7, using: &random)).map { kind in
      let holds = random.chance(30) ? [verdict(&random)] : []
      return LeverSnapshot(
        kind: kind, title: text("\(kind.rawValue) aws", &random), cost: holds.isEmpty ? text("8 s", &random) : nil,
        holds: holds)
    }
  }

  /// A failover in any of its steps, with steps no plan would have.
  func failoverOperation(at now: Timestamp, ids: [CloudID], _ random: inout SplitMix) -> OperationSnapshot {
    let states: [OperationSnapshot.State] = [.running, .running, .running, .done, .failed, .superseded, .aborted]
    let steps: [OperationSnapshot.Step.State] = [
      .pending, .running, .done, .failed, .skipped, .compensating, .compensated,
    ]
    let turn = Int.random(in: 0...9, using: &random)
    var operation = OperationSnapshot(
      id: OperationID("f\(generation)"), title: text("Fail over: aws → azure", &random), kind: .failover,
      state: states.randomElement(using: &random) ?? .running, actor: text("automatic", &random),
      startedAt: now - .seconds(Int.random(in: -2...4000, using: &random)),
      steps: (0..<Int.random(in: 0...14, using: &random)).map { index in
        .init(
          title: text("promote azure", &random), mutates: random.chance(60),
          state: steps.randomElement(using: &random) ?? .pending,
          startedAt: random.chance(70) ? now - .seconds(3) : nil, endedAt: random.chance(40) ? now : nil,
          detail: text("waiting for 0/3A18", &random), isPointOfNoReturn: index == turn)
      }, canUndo: random.chance(50))
    operation.isPaused = random.chance(20)
    operation.failure = random.chance(30) ? text("promote azure: no answer", &random) : nil
    operation.endedAt = operation.state.isFinal && random.chance(90) ? now : nil
    operation.request = random.chance(70) ? .failover(request(ids: ids, &random)) : nil
    return operation
  }

  func failoverPlan(_ request: LeverRequest, at now: Timestamp, _ random: inout SplitMix) -> Plan {
    let ids = weights.clouds
    let target = ids.last ?? CloudID("azure")
    var plan = Plan(
      id: PlanID("f"), kind: .failover, title: text("Fail over: aws → azure", &random), madeAt: now, request: request,
      generation: Generation(generation),
      steps: (0..<Int.random(in: 0...12, using: &random)).map { index in
        .init(
          title: text("promote \(target)", &random),
          action: .role(.promote(target, generation: Generation(generation + 1))),
          predictedEffect: text("the application may write", &random), predictedSeconds: number(&random),
          isPointOfNoReturn: index == 3)
      },
      prediction: Prediction(
        seconds: number(&random), shares: [],
        utilisation: ids.map { CloudUtilisation(cloud: $0, ratio: random.chance(50) ? number(&random) : nil) },
        rowsLost: random.chance(60) ? Int.random(in: 0...Int.max, using: &random) : nil,
        lossSeconds: random.chance(60) ? number(&random) : nil,
        lossBytes: random.chance(60) ? UInt64.random(in: 0...UInt64.max, using: &random) : nil),
      interlocks: (0..<Int.random(in: 0...9, using: &random)).map { _ in verdict(&random) })
    plan.origin = random.chance(50) ? .automation : nil
    return plan
  }
}
