import Operations

/// What failover shows, each the same at every run.
enum FailoverFixture {
  static let aws = SnapshotFixture.aws
  static let azure = SnapshotFixture.azure

  static func condition(_ name: String, _ isMet: Bool, _ detail: String, age: Double? = nil) -> FailoverCondition {
    FailoverCondition(name: name, isMet: isMet, detail: detail, ageSeconds: age)
  }

  /// The ledger in the engine's own words; `unmet` puts other words to what is not so.
  static func ledger(_ unmet: [String: String] = [:], isDown: Bool = true) -> [FailoverCondition] {
    let met: [(String, String, Double?)] = [
      ("automatic", "the policy is automatic", nil), ("not-paused", "not paused", nil),
      ("lease-held", "held here", nil),
      ("journal", "read, and can be written", nil),
      ("not-cut-off", "3 of 6 views from vantages are healthy", 0.4),
      ("primary-down", "aws is down: no answer from 3/3 vantages", 0.4),
      ("quorum", "3/3 vantages on 3 networks say down; 2 on 2 needed", 0.6),
      ("confirmed", "aws down for 4.2 s, 3 s needed", nil),
      ("not-flapping", "aws changed 1 time in 10 min, at most 3 allowed", nil),
      ("one-primary", "aws was the last to take writes", nil),
      ("target-healthy", "azure is healthy; 3/3 vantages on 3 networks say healthy; 2 on 2 needed", 0.4),
      ("target-database", "azure's database answers", 0.3),
      ("loss-within-rpo", "at most 0.4 s of writes, 5 s allowed, by the link's last look", 4.6),
      ("fence-provable", "aws's right to write ends by itself in 1.8 s", 4.4),
      ("no-operation", "no operation changes traffic or roles", nil),
      ("seen-since-change", "seen since the last change", 0.3),
      ("window-open", "nothing done by itself awaits a person", nil),
      ("not-stopped", "no countdown was stopped", nil), ("interlocks-clear", "no interlock holds the plan", nil),
    ]
    let calm = [
      "primary-down": "aws is healthy", "quorum": "0/3 vantages on 0 networks say down; 2 on 2 needed",
      "confirmed": "aws is not down", "interlocks-clear": "no plan has been made yet",
    ]
    let said = isDown ? unmet : calm.merging(unmet) { $1 }
    return met.map { name, detail, age in
      var made = condition(name, said[name] == nil, said[name] ?? detail, age: age)
      if name == "quorum" { made.voices = voices(isDown: isDown) }
      return made
    }
  }

  static func voices(isDown: Bool) -> [FailoverCondition.Voice] {
    [("direct", "lab", 0.4), ("fibre", "isp-1", 0.6), ("mobile", "isp-2", 0.5)].map { name, network, age in
      .init(
        vantage: VantageID(name), network: network, health: isDown ? .down : .healthy,
        detail: isDown ? "no answer in 0.6 s" : "200 in 12 ms", ageSeconds: age)
    }
  }

  static func role(
    _ cloud: CloudID, _ standing: DatabaseRole.Standing, takesWrites: Bool, generation: UInt64 = 118,
    lease: Double? = nil, ago: Double = 0.4
  ) -> FailoverSnapshot.RoleView {
    let clock = SnapshotFixture.ago(ago)
    return .init(
      cloud: cloud,
      role: SnapshotFixture.seen(
        DatabaseRole(
          standing: standing, generation: Generation(generation), takesWrites: takesWrites,
          leaseExpiresAt: lease.map { clock + .milliseconds(Int($0 * 1000)) }, clock: clock,
          position: LSN(0x3_001A_8F00)),
        "PostgreSQL 127.77.\(cloud == aws ? 1 : 2).20", ago: ago))
  }

  static func failover(
    _ state: FailoverSnapshot.State, policy: Automation = .automatic, since seconds: Double = 7200,
    ledger: [FailoverCondition] = ledger(isDown: false)
  ) -> FailoverSnapshot {
    var failover = FailoverSnapshot(
      state: state, policy: policy, isPaused: false, since: SnapshotFixture.ago(seconds), ledger: ledger)
    failover.loss = SnapshotFixture.seen(LossEstimate(seconds: 0.2, bytes: 1200, rows: 3), "link aws-azure", ago: 0.4)
    failover.roles = [
      role(aws, .primary, takesWrites: true, lease: 6), role(azure, .fenced, takesWrites: false),
    ]
    return failover
  }

  static let levers: [LeverSnapshot] = [
    LeverSnapshot(kind: .weights, title: "shift traffic", cost: "8 s · no data at risk", holds: []),
    LeverSnapshot(kind: .switchover, title: "switch over to azure", cost: "3 s · nothing is lost", holds: []),
    LeverSnapshot(
      kind: .failover, title: "fail over to azure", cost: nil,
      holds: [
        SnapshotFixture.hold("primary-is-healthy", "aws is healthy and takes writes", "switch over instead")
      ]),
    LeverSnapshot(kind: .evacuate, title: "evacuate a cloud", cost: "14 s · no data at risk", holds: []),
    LeverSnapshot(
      kind: .failback, title: "fail back", cost: nil,
      holds: [SnapshotFixture.hold("nothing-to-fail-back", "aws is primary as configured", "nothing to do", .never)]),
    LeverSnapshot(
      kind: .rejoin, title: "rejoin a cloud", cost: nil,
      holds: [SnapshotFixture.hold("nothing-to-rejoin", "no old primary waits", "nothing to do", .never)]),
  ]

  static func snapshot(_ failover: FailoverSnapshot, of base: Snapshot = SnapshotFixture.allWell) -> Snapshot {
    var snapshot = base
    snapshot.failover = failover
    snapshot.automation = failover.isPaused ? .paused : failover.policy
    snapshot.levers = levers
    return snapshot
  }
}
