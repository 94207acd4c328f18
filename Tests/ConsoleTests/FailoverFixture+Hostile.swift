import Operations

extension FailoverFixture {
  /// What a hostile server could have put into every text of failover.
  static let hostile: Snapshot = {
    let text = SnapshotFixture.hostileText
    var world = pastReturn
    world.failover?.pausedBy = text
    world.failover?.isPaused = true
    world.failover?.subject = CloudID(text)
    world.failover?.request = .failover(to: CloudID(text))
    let ledger = [
      FailoverCondition(
        name: text, isMet: false, detail: text, ageSeconds: .nan,
        voices: [.init(vantage: VantageID(text), network: text, health: .down, detail: text, ageSeconds: -1)]),
      condition("loss-within-rpo", false, text, age: .infinity), condition(text, true, text),
    ]
    world.failover?.ledger = ledger
    world.failover?.lastDecision = ledger
    world.failover?.loss = SnapshotFixture.seen(LossEstimate(seconds: .nan, bytes: .max, rows: .max), text)
    world.failover?.roles = [
      .init(
        cloud: CloudID(text),
        role: SnapshotFixture.seen(
          DatabaseRole(
            standing: .fenced, generation: Generation(.max), takesWrites: true,
            leaseExpiresAt: Timestamp(microsecondsSinceEpoch: .max / 4), clock: Timestamp(microsecondsSinceEpoch: 0),
            position: LSN(.max)), text))
    ]
    world.operations[0].title = text
    world.operations[0].actor = text
    for index in world.operations[0].steps.indices {
      world.operations[0].steps[index].title = text
      world.operations[0].steps[index].detail = text
    }
    world.events = [
      Event(id: 1, at: SnapshotFixture.now, severity: .critical, subject: text, message: text, actor: text)
    ]
    world.levers = [
      LeverSnapshot(kind: .failover, title: text, cost: nil, holds: [SnapshotFixture.hold(text, text, text)]),
      LeverSnapshot(kind: .evacuate, title: text, cost: text, holds: []),
    ]
    return world
  }()
}
