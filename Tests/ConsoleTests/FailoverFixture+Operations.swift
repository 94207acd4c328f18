import Operations

/// Plans of failover, and operations in each of their phases.
extension FailoverFixture {
  static let failoverPlan = plan(
    "Fail over: aws → azure", .failover(to: azure),
    [
      ("fence aws", "cannot be reached: its lease ends in 1.8 s", 4.8, false),
      ("let aws-azure catch up", "what azure has received is applied", 0.5, false),
      ("measure the loss", "at most 0.4 s of writes are missing at azure", 0.1, false),
      ("promote azure", "sequences 1000 further, then the application may write", 0.4, true),
      ("verify that azure takes writes", "a row is written and read back", 0.2, false),
      ("weights 0/100", "PowerDNS answers azure alone, if 50/50 still stands", 0.2, false),
      ("verify answers", "every authoritative server answers azure", 1, false),
      ("drain aws", "clients that honour the TTL follow within 5 s", 5, false),
    ], loss: (0.4, 12_400, 9))

  static let unknownLoss: Plan = {
    var made = failoverPlan
    made.prediction.lossSeconds = nil
    made.prediction.lossBytes = nil
    made.prediction.rowsLost = nil
    return made
  }()

  static let heldPlan: Plan = {
    var made = failoverPlan
    made.interlocks.insert(
      SnapshotFixture.hold(
        "old-primary-not-fenced", "aws cannot be reached and no lease was armed: it may still take writes",
        "fence aws by hand, or see that it is off"), at: 0)
    return made
  }()

  static let switchoverPlan = plan(
    "Switch over: aws → azure", .switchover(to: azure),
    [
      ("fence aws", "the application's writes are refused, proven by one", 0.4, false),
      ("drain aws-azure", "azure applies up to aws's last position", 0.6, false),
      ("advance sequences", "1000 past aws's", 0.1, false),
      ("promote azure", "the application may write", 0.3, true),
      ("verify that azure takes writes", "a row is written and read back", 0.2, false),
      ("reverse aws-azure", "azure → aws", 1, false),
    ])

  static func plan(
    _ title: String, _ request: FailoverRequest, _ steps: [(String, String, Double, Bool)],
    loss: (Double, UInt64, Int) = (0, 0, 0)
  ) -> Plan {
    let names = [
      "target-not-healthy", "loss-above-rpo", "capacity", "operation-running", "too-soon", "generation-moved",
      "record-set-empty", "lease-not-held", "automation-paused",
    ]
    return Plan(
      id: PlanID("f3"), kind: .failover, title: title, madeAt: SnapshotFixture.now, request: .failover(request),
      generation: Generation(118),
      steps: steps.map { title, effect, seconds, isTurn in
        .init(
          title: title, action: .role(.promote(azure, generation: Generation(119))), predictedEffect: effect,
          predictedSeconds: seconds, isPointOfNoReturn: isTurn)
      },
      prediction: Prediction(
        seconds: steps.reduce(0) { $0 + $1.2 },
        shares: [CloudShare(cloud: aws, share: 0), CloudShare(cloud: azure, share: 1)],
        utilisation: [CloudUtilisation(cloud: aws, ratio: 0), CloudUtilisation(cloud: azure, ratio: 0.48)],
        rowsLost: loss.2, lossSeconds: loss.0, lossBytes: loss.1),
      interlocks: names.map { InterlockVerdict(name: InterlockName($0), overridability: .byName, hold: nil) })
  }

  /// The plan above, so far as `states` say.
  static func operation(
    _ states: [OperationSnapshot.Step.State], state: OperationSnapshot.State = .running, actor: String = "kit@ops1",
    details: [Int: String] = [:]
  ) -> OperationSnapshot {
    var start = 6.2
    let steps = zip(failoverPlan.steps, states).enumerated().map { index, pair in
      var step = OperationSnapshot.Step(
        title: pair.0.title, mutates: index != 2, state: pair.1, detail: details[index] ?? "",
        isPointOfNoReturn: pair.0.isPointOfNoReturn)
      guard pair.1 != .pending, pair.1 != .skipped else { return step }
      step.startedAt = SnapshotFixture.ago(start)
      start -= index == 0 ? 4.1 : 0.4
      if pair.1 != .running, pair.1 != .compensating { step.endedAt = SnapshotFixture.ago(start) }
      return step
    }
    var operation = OperationSnapshot(
      id: OperationID("f3"), title: failoverPlan.title, kind: .failover, state: state, actor: actor,
      startedAt: SnapshotFixture.ago(6.2), steps: steps)
    operation.request = failoverPlan.request
    if state.isFinal { operation.endedAt = SnapshotFixture.ago(start) }
    return operation
  }

  static func acting(_ operation: OperationSnapshot) -> Snapshot {
    var world = down(.acting, since: 6.2, unmet: ["no-operation": "“\(operation.title)” is still changing things"])
    world.operations.insert(operation, at: 0)
    return world
  }

  static let begun = acting(
    operation(
      [.running, .pending, .pending, .pending, .pending, .pending, .pending, .pending],
      details: [0: "aws does not answer: its lease ends in 1.4 s"]))

  static let pausedOperation: Snapshot = {
    var made = operation(
      [.done, .done, .pending, .pending, .pending, .pending, .pending, .pending],
      details: [0: "lease ended, skew and margin waited"])
    made.isPaused = true
    return acting(made)
  }()

  static let pastReturn = acting(
    operation(
      [.done, .done, .done, .done, .done, .done, .running, .pending],
      details: [
        0: "lease ended, skew and margin waited", 1: "applied up to 3/1A8F00", 2: "at most 0.4 s of writes",
        3: "generation 119 stands", 4: "row 4711 written and read back", 5: "0/100 stands",
        6: "2 of 3 servers answer azure",
      ]))

  static let compensating: Snapshot = {
    var made = operation(
      [.compensating, .compensated, .failed, .skipped, .skipped, .skipped, .skipped, .skipped],
      details: [0: "giving aws its right to write back", 2: "the link was never seen to stream"])
    made.failure = "measure the loss: the link was never seen to stream"
    return acting(made)
  }()

  static let failed: Snapshot = {
    var world = down(.confirmed, since: 3, unmet: ["not-stopped": "a person stopped the countdown"])
    var made = operation(
      [.compensated, .compensated, .failed, .skipped, .skipped, .skipped, .skipped, .skipped], state: .failed,
      details: [2: "the link was never seen to stream"])
    made.failure = "measure the loss: the link was never seen to stream; what was done has been taken back"
    world.operations.insert(made, at: 0)
    return world
  }()

  /// It acted by itself; azure has served for three minutes.
  static let acted: Snapshot = {
    var world = down(.acted, since: 180, unmet: ["window-open": "it did fail over to azure by itself 3 min ago"])
    world.primary = azure
    world.clouds[1].database = SnapshotFixture.seen(
      DatabaseSnapshot(role: .primary, writable: true, connections: 21, maxConnections: 100, version: "15.8"),
      "PostgreSQL 127.77.2.20")
    world.recordSet = SnapshotFixture.recordSet(aws: 0, azure: 100)
    world.generation = Generation(119)
    world.failover?.lastDecision = ledger()
    world.failover?.lastDecisionAt = SnapshotFixture.ago(195)
    world.failover?.acknowledgeBy = SnapshotFixture.now + .seconds(3400)
    world.failover?.roles = [
      role(aws, .primary, takesWrites: true, generation: 118, lease: 6, ago: 196),
      role(azure, .primary, takesWrites: true, generation: 119, lease: 5),
    ]
    world.levers[5] = LeverSnapshot(
      kind: .rejoin, title: "rejoin aws", cost: "about 2 min · rows that only aws has are exported", holds: [])
    var made = operation(Array(repeating: .done, count: 8), state: .done, actor: "automatic")
    made.startedAt = SnapshotFixture.ago(195)
    made.endedAt = SnapshotFixture.ago(186)
    for index in made.steps.indices {
      made.steps[index].startedAt = SnapshotFixture.ago(195 - Double(index))
      made.steps[index].endedAt = SnapshotFixture.ago(194 - Double(index))
    }
    world.operations.insert(made, at: 0)
    world.events =
      [
        Event(
          id: 13, at: SnapshotFixture.ago(186), severity: .notice, subject: "failover",
          message: "Fail over: aws → azure, done in 9 s"),
        Event(
          id: 12, at: SnapshotFixture.ago(195), severity: .critical, subject: "failover",
          message: "acts by itself: fail over to azure"),
        Event(
          id: 11, at: SnapshotFixture.ago(205), severity: .critical, subject: "failover",
          message: "will fail over to azure in 10 s, unless stopped"),
        Event(
          id: 10, at: SnapshotFixture.ago(209), severity: .critical, subject: "aws",
          message: "down: no answer from 3/3 vantages for 3 s"),
      ] + SnapshotFixture.events
    return world
  }()
}
