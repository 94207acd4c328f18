import Operations

/// A primary on its way down, and what comes after.
extension FailoverFixture {
  static let watching = snapshot(failover(.watching))

  static let manual = snapshot(
    failover(.watching, policy: .manual, ledger: ledger(["automatic": "the policy is manual"], isDown: false)))

  /// One vantage of three.
  static let suspecting: Snapshot = {
    var made = failover(
      .suspecting, since: 2,
      ledger: ledger([
        "primary-down": "aws is degraded", "quorum": "1/3 vantages on 1 network say down; 2 on 2 needed",
        "confirmed": "aws is not down", "interlocks-clear": "no plan has been made yet",
      ]))
    made.subject = aws
    made.ledger[6].voices = voices(isDown: false)
    made.ledger[6].voices[2] = voices(isDown: true)[2]
    var base = SnapshotFixture.allWell
    base.clouds[0].verdict = SnapshotFixture.seen(
      HealthVerdict(health: .degraded, reasons: ["mobile: no answer in 0.6 s"], since: SnapshotFixture.ago(2)))
    base.clouds[0].vantages[2].health = .down
    base.clouds[0].vantages[2].detail = "no answer in 0.6 s"
    return snapshot(made, of: base)
  }()

  /// aws does not answer anybody.
  static let awsDown: Snapshot = {
    var snapshot = SnapshotFixture.allWell
    var aws = snapshot.clouds[0]
    aws.verdict = SnapshotFixture.seen(
      HealthVerdict(
        health: .down, reasons: ["no answer from 3/3 vantages for 4 s"], since: SnapshotFixture.ago(4.2)))
    for index in aws.vantages.indices {
      aws.vantages[index].health = .down
      aws.vantages[index].detail = "no answer in 0.6 s"
    }
    aws.probeSuccess = SnapshotFixture.seen(ProbeSuccess(succeeded: 168, total: 180))
    for old in [4.6] {
      aws.latency?.observedAt = SnapshotFixture.ago(old)
      aws.database?.observedAt = SnapshotFixture.ago(old + 1)
      aws.targetGroup?.observedAt = SnapshotFixture.ago(old + 1)
    }
    snapshot.clouds[0] = aws
    snapshot.clouds[1].replication = SnapshotFixture.seen(
      ReplicationLag(lagBytes: nil, lagSeconds: 4.4, streaming: false), "slot and heartbeat")
    snapshot.primary = nil
    snapshot.events.insert(
      Event(
        id: 10, at: SnapshotFixture.ago(4.2), severity: .critical, subject: "aws",
        message: "down: no answer from 3/3 vantages for 3 s"), at: 0)
    return snapshot
  }()

  static func down(
    _ state: FailoverSnapshot.State, policy: Automation = .automatic, since seconds: Double,
    unmet: [String: String] = [:]
  ) -> Snapshot {
    var made = failover(state, policy: policy, since: seconds, ledger: ledger(unmet))
    made.subject = aws
    made.request = .failover(to: azure)
    made.loss = Observation(
      LossEstimate(seconds: 0.4, bytes: 12_400, rows: 9), source: "link aws-azure",
      observedAt: SnapshotFixture.ago(4.6),
      staleAfter: .seconds(60))
    made.roles = [
      role(aws, .primary, takesWrites: true, lease: 6, ago: 5.4), role(azure, .fenced, takesWrites: false),
    ]
    var world = snapshot(made, of: awsDown)
    world.levers[1] = LeverSnapshot(
      kind: .switchover, title: "switch over to azure", cost: nil,
      holds: [SnapshotFixture.hold("primary-unreachable", "aws cannot be fenced by hand", "fail over instead", .never)])
    world.levers[2] = LeverSnapshot(
      kind: .failover, title: "fail over to azure", cost: "8 s · at most 0.4 s of writes lost", holds: [])
    return world
  }

  static let countdown: Snapshot = {
    var snapshot = down(.countdown, since: 1)
    snapshot.failover?.actsAt = SnapshotFixture.now + .seconds(12)
    return snapshot
  }()

  /// Another host moves the levers; this one looks.
  static let leaseElsewhere: Snapshot = {
    var made = snapshot(
      failover(.watching, ledger: ledger(["lease-held": "held by lee@ops2 pid 77"], isDown: false)))
    made.lease = LeaseSnapshot(holder: "lee@ops2 pid 77", heldHere: false, via: "etcd ops1:2379, ops2:2379")
    return made
  }()

  /// The same while aws is down: it is the other host's to act.
  static let downElsewhere: Snapshot = {
    var snapshot = down(
      .confirmed, since: 4,
      unmet: ["lease-held": "held by lee@ops2 pid 77", "interlocks-clear": "no plan has been made yet"])
    snapshot.lease = LeaseSnapshot(holder: "lee@ops2 pid 77", heldHere: false, via: "etcd ops1:2379, ops2:2379")
    return snapshot
  }()

  /// The front door answers; the database behind it does not, and the application tells three vantages so.
  static let databaseDown: Snapshot = {
    var made = down(.countdown, since: 0)
    made.clouds[0].verdict = SnapshotFixture.allWell.clouds[0].verdict
    made.clouds[0].vantages = SnapshotFixture.allWell.clouds[0].vantages
    made.clouds[0].latency = SnapshotFixture.allWell.clouds[0].latency
    made.clouds[0].targetGroup = SnapshotFixture.allWell.clouds[0].targetGroup
    made.failover?.actsAt = SnapshotFixture.now + .seconds(5)
    made.failover?.ledger[5] = condition(
      "database-down", true, "aws's database seen from here 5.6 s ago; its application says that it is down", age: 5.6)
    for index in made.failover?.ledger[6].voices.indices ?? 0..<0 {
      made.failover?.ledger[6].voices[index].detail = "connection refused"
    }
    return made
  }()

  static let held = down(
    .confirmed, since: 1,
    unmet: [
      "loss-within-rpo": "at most 38 s of writes, 5 s allowed, by the link's last look",
      "interlocks-clear": "no plan has been made yet",
    ])

  static let confirmedManual = down(
    .confirmed, policy: .manual, since: 1,
    unmet: ["automatic": "the policy is manual", "interlocks-clear": "no plan has been made yet"])

  static let proposing = down(
    .proposing, policy: .advise, since: 9, unmet: ["automatic": "the policy is advise: a person confirms"])

  static let paused: Snapshot = {
    var snapshot = down(
      .confirmed, since: 4,
      unmet: ["not-paused": "paused by lee@ops2", "interlocks-clear": "no plan has been made yet"])
    snapshot.failover?.isPaused = true
    snapshot.failover?.pausedBy = "lee@ops2"
    snapshot.automation = .paused
    return snapshot
  }()

  static let pausedAndWell: Snapshot = {
    var made = failover(.watching, ledger: ledger(["not-paused": "paused by lee@ops2"], isDown: false))
    made.isPaused = true
    made.pausedBy = "lee@ops2"
    return snapshot(made)
  }()

  static let lossUnknown: Snapshot = {
    var snapshot = down(
      .confirmed, since: 4,
      unmet: [
        "loss-within-rpo": "what azure lacks of aws was never measured",
        "interlocks-clear": "no plan has been made yet",
      ])
    snapshot.failover?.loss = nil
    return snapshot
  }()

  static let cutOff: Snapshot = {
    var base = awsDown
    base.clouds[1].verdict = base.clouds[0].verdict
    base.clouds[1].vantages = base.clouds[1].vantages.map { vantage in
      var vantage = vantage
      vantage.health = .down
      return vantage
    }
    let conditions = ledger([
      "not-cut-off": "no vantage sees anything healthy anywhere: this host may be cut off itself",
      "primary-down": "aws is down: no answer from 3/3 vantages", "target-healthy": "azure is down",
    ])
    return snapshot(failover(.cutOff, since: 4, ledger: conditions), of: base)
  }()

  /// Both databases take writes: what must never be.
  static let twoPrimaries: Snapshot = {
    var made = failover(.watching)
    made.roles = [
      role(aws, .fenced, takesWrites: true, generation: 117), role(azure, .primary, takesWrites: true, generation: 119),
    ]
    var world = snapshot(made)
    world.primary = nil
    return world
  }()
}
