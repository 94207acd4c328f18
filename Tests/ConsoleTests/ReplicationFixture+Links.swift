import Operations

extension ReplicationFixture {
  static func table(
    _ name: String, _ state: ReplicatedTable.State = .streaming, rows: Int = 0, rate: Double = 0, conflicts: Int = 0,
    verified: Double? = 190, differing: Int = 0, reason: String? = nil, copied: Double? = nil
  ) -> ReplicatedTable {
    var table = ReplicatedTable(
      name: "public.\(name)", state: state, reason: reason, rowsApplied: rows, rowsPerSecond: rate,
      baselineProgress: copied, conflicts: conflicts,
      lastVerify: verified.map { age in
        VerifySummary(
          at: SnapshotFixture.ago(age), rowsCompared: 120_000, missing: differing > 0 ? 1 : 0,
          surplus: differing > 1 ? 1 : 0, unlike: max(0, differing - 2), inFlight: 4, seconds: 3.2)
      })
    if state == .streaming { table.lag = .init(seconds: 0.2, bytes: 1200) }
    if rate > 0 {
      table.rowsHistory = SnapshotFixture.wave(24, base: rate, swing: rate / 2, seed: Int(rate)).map { $0 ?? 0 }
    }
    return table
  }

  static let tables = [
    table("account", rows: 184_220, rate: 212, conflicts: 3), table("account_entry", rows: 1_204_112, rate: 118),
    table("branch", rows: 12), table("currency"), table("customer", rows: 9120, rate: 4),
    table("document", rows: 731), table("ledger_day", rows: 46, verified: 93_000), table("order_line", rows: 52_118),
    table("orders", rows: 20_407, rate: 6), table("session", rows: 640_018, rate: 3, verified: nil),
  ]

  static let streaming: ReplicationLinkSnapshot = {
    var link = ReplicationLinkSnapshot(
      id: ReplicationFixture.link, mode: .stream, source: SnapshotFixture.aws, target: SnapshotFixture.azure,
      state: .streaming,
      since: SnapshotFixture.ago(8000))
    link.lag = SnapshotFixture.seen(
      .init(receivedBytes: 0, appliedBytes: 1200, receivedSeconds: 0, appliedSeconds: 0.2), "slot and heartbeat")
    link.slot = SnapshotFixture.seen(
      .init(name: "signalbox_aws_azure", active: true, retainedBytes: 12_400_000, safeBytes: 4_980_000_000),
      "pg_replication_slots")
    link.appliedPosition = LSN(0x3_0001_A8F0)
    link.rowsPerSecond = 343
    link.transactionsPerSecond = 112
    link.clockSkewSeconds = 0.003
    link.tables = tables
    link.conflicts = 3
    link.rowsHistory = SnapshotFixture.wave(120, base: 300, swing: 160, seed: 3)
    link.lagHistory = SnapshotFixture.wave(120, base: 0.2, swing: 0.3, seed: 4)
    return link
  }()

  static func making(
    _ state: ReplicationLinkSnapshot.State, reasons: [String] = [],
    change: (inout ReplicationLinkSnapshot) -> Void = { _ in }
  ) -> ReplicationLinkSnapshot {
    var link = streaming
    link.state = state
    link.since = SnapshotFixture.ago(74)
    link.reasons = reasons
    if state == .paused || state == .blocked || state == .retrying || state == .baseline {
      link.rowsHistory = link.rowsHistory.dropLast(74) + Array(repeating: 0, count: 74)
    }
    change(&link)
    let lag = link.lag.map { ReplicatedTable.Lag(seconds: $0.value.appliedSeconds, bytes: $0.value.appliedBytes) }
    for index in link.tables.indices where link.tables[index].state == .streaming { link.tables[index].lag = lag }
    return link
  }

  static let baseline = making(.baseline) { link in
    link.baseline = .init(
      tablesDone: 4, tablesTotal: 10, bytesDone: 1_240_000_000, bytesTotal: 2_010_000_000,
      startedAt: SnapshotFixture.ago(74), remainingSeconds: 46)
    link.tables = tables.enumerated().map { index, table in
      var table = table
      table.lastVerify = nil
      table.rowsApplied = 0
      table.rowsPerSecond = 0
      table.conflicts = 0
      table.state = index < 4 ? .streaming : index < 6 ? .copying : .waiting
      table.baselineProgress = table.state == .copying ? 0.31 * Double(index - 3) : nil
      table.baselineRemainingSeconds = table.state == .copying ? 23 / Double(index - 3) : nil
      table.rowsHistory = []
      table.lag = nil
      return table
    }
    link.conflicts = 0
    link.rowsPerSecond = 0
    link.transactionsPerSecond = 0
    link.lag?.value = .init(receivedBytes: 0, appliedBytes: 48_000_000, receivedSeconds: 0, appliedSeconds: 74)
  }

  static let catchingUp = making(.catchingUp) { link in
    link.lag?.value = .init(
      receivedBytes: 310_000_000, appliedBytes: 1_480_000_000, receivedSeconds: 41, appliedSeconds: 312)
    link.rowsPerSecond = 41_200
    link.transactionsPerSecond = 9800
  }

  static let paused = making(.paused) { link in
    link.lag?.value = .init(
      receivedBytes: 88_000_000, appliedBytes: 88_000_000, receivedSeconds: 74, appliedSeconds: 74)
    link.slot?.value.active = false
    link.rowsPerSecond = 0
    link.transactionsPerSecond = 0
  }

  static let blocked = making(
    .blocked,
    reasons: [
      "signalbox may not read public.ledger_day at aws: GRANT SELECT ON public.ledger_day TO signalbox;",
      "signalbox may not write public.ledger_day at azure: GRANT INSERT, UPDATE, DELETE, TRUNCATE ON public.ledger_day TO signalbox;",
    ]
  ) { link in
    link.lag = nil
    link.rowsPerSecond = 0
    link.transactionsPerSecond = 0
  }

  static let retrying = making(
    .retrying, reasons: ["azure 127.77.2.20:5432 does not answer: connection refused; tried 3 times, next in 8 s"]
  ) { link in
    link.lag?.observedAt = SnapshotFixture.ago(31)
    link.slot?.observedAt = SnapshotFixture.ago(31)
    link.rowsPerSecond = 0
    link.transactionsPerSecond = 0
  }

  static let parked = making(.streaming) { link in
    link.tables[4] = table(
      "customer", .parked, rows: 9120, verified: nil,
      reason:
        "column birthday (date) is missing at azure: ALTER TABLE public.customer ADD COLUMN birthday date; the table is copied anew then"
    )
    link.tables[4].lag = .init(seconds: 740, bytes: 48_300_000)
    link.tables[9] = table(
      "session", .refused, verified: nil,
      reason: "it has no key: add one, or ALTER TABLE public.session REPLICA IDENTITY FULL")
  }

  static let slotAlarm = making(
    .streaming,
    reasons: [
      "the slot signalbox_aws_azure may be lost: 310 MB of log are left of 5.0 GB; raise max_slot_wal_keep_size at aws, or see why azure applies slowly"
    ]
  ) { link in
    link.slot?.value = .init(
      name: "signalbox_aws_azure", active: true, retainedBytes: 4_690_000_000, safeBytes: 310_000_000)
    link.lag?.value = .init(
      receivedBytes: 4_690_000_000, appliedBytes: 4_690_000_000, receivedSeconds: 1900, appliedSeconds: 1900)
    link.clockSkewSeconds = -1.4
  }

  static let differing = making(.streaming) { link in
    link.tables[0] = table("account", rows: 184_220, rate: 212, conflicts: 3, verified: 34, differing: 3)
  }

  static let both: [ReplicationLinkSnapshot] = {
    var back = making(.retrying, reasons: ["aws 127.77.1.20:5432 does not answer: connection refused"])
    back.id = LinkID("azure-aws")
    (back.source, back.target) = (SnapshotFixture.azure, SnapshotFixture.aws)
    return [streaming, back]
  }()

  static func snapshot(_ links: ReplicationLinkSnapshot...) -> Snapshot { snapshot(of: links) }

  static func snapshot(of links: [ReplicationLinkSnapshot]) -> Snapshot {
    var snapshot = SnapshotFixture.allWell
    snapshot.replication = links
    return snapshot
  }

  static let working: Snapshot = {
    var snapshot = ReplicationFixture.snapshot(streaming)
    var operation = OperationSnapshot(
      id: OperationID("r2"), title: "Verify all tables on aws-azure", kind: .replication, state: .running,
      actor: "kit@ops1", startedAt: SnapshotFixture.ago(9),
      steps: [.init(title: "verify all tables", mutates: true, state: .running, startedAt: SnapshotFixture.ago(9))],
      link: link)
    operation.steps[0].detail = "4 of 10 tables, 1 row differs"
    snapshot.operations.insert(operation, at: 0)
    return snapshot
  }()

  /// The plan of copying a table anew.
  static let plan = Plan(
    id: PlanID("r3"), kind: .replication, title: "Copy public.account anew on aws-azure", madeAt: SnapshotFixture.now,
    request: .sync(.baseline(link, tables: ["public.account"])), generation: Generation(118),
    steps: [
      .init(
        title: "copy anew", action: .sync(.baseline(link, tables: ["public.account"])),
        predictedEffect: "public.account is emptied at azure, then holds 184220 rows of aws", predictedSeconds: 4.1,
        isPointOfNoReturn: true),
      .init(
        title: "verify", action: .sync(.verify(link, tables: ["public.account"])),
        predictedEffect: "both sides hold equal rows", predictedSeconds: 3.2),
    ],
    prediction: Prediction(seconds: 7.3, shares: [], utilisation: []),
    interlocks: ["lease-held", "journal-writable", "generation-current"].map {
      InterlockVerdict(name: InterlockName($0), overridability: .never, hold: nil)
    })
}
