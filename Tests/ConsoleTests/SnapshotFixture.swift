import Operations

/// Worlds to look at, each the same at every run.
enum SnapshotFixture {
  /// 2026-11-23T14:02:07Z.
  static let now = Timestamp(microsecondsSinceEpoch: 1_795_442_527_000_000)
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")

  static func ago(_ seconds: Double) -> Timestamp { now - .milliseconds(Int(seconds * 1000)) }

  static func seen<Value>(_ value: Value, _ source: String = "probe ×3", ago seconds: Double = 0.4) -> Observation<
    Value
  > {
    Observation(value, source: source, observedAt: ago(seconds), staleAfter: .seconds(5))
  }

  static func cloud(
    _ id: CloudID, _ region: String, isPrimary: Bool, p50: Double, p99: Double, seed: Int
  ) -> CloudSnapshot {
    var cloud = CloudSnapshot(
      id: id, region: region, verdict: seen(HealthVerdict(health: .healthy, reasons: [], since: ago(7200))))
    cloud.vantages = [
      vantage("direct", "lab", p50 - 0.3), vantage("fibre", "isp-1", p50 + 4.1), vantage("mobile", "isp-2", p50 + 31),
    ]
    cloud.latency = seen(LatencySummary(p50Milliseconds: p50, p99Milliseconds: p99, count: 180))
    cloud.probeSuccess = seen(ProbeSuccess(succeeded: 180, total: 180))
    cloud.targetGroup = seen(
      TargetGroupSnapshot(
        targets: (1...3).map {
          Target(id: "\(id)-web-\($0)", address: "127.77.\(seed).\(30 + $0):8080", state: .healthy)
        }, requestsTotal: 12_000), "HAProxy 127.77.\(seed).10")
    cloud.requestsPerSecond = seen(71.4 + Double(seed), "HAProxy 127.77.\(seed).10")
    cloud.database = seen(
      DatabaseSnapshot(
        role: isPrimary ? .primary : .secondary, writable: isPrimary, connections: 12 - seed, maxConnections: 100,
        version: "15.8", walPosition: 0x0300_0148), "PostgreSQL 127.77.\(seed).20")
    cloud.release = seen("v42", "the application")
    cloud.capacityPerTarget = 100
    if !isPrimary {
      cloud.replication = seen(ReplicationLag(lagBytes: 1200, lagSeconds: 0.2, streaming: true), "slot and heartbeat")
    }
    cloud.history.latencyMilliseconds = wave(120, base: p50, swing: p50 / 2, seed: seed)
    cloud.history.requestsPerSecond = wave(120, base: 70, swing: 22, seed: seed + 3)
    cloud.history.lagSeconds = isPrimary ? [] : wave(120, base: 0.3, swing: 0.25, seed: seed + 5)
    return cloud
  }

  static func vantage(_ name: String, _ network: String, _ total: Double) -> VantageSnapshot {
    VantageSnapshot(
      id: VantageID(name), network: network, health: .healthy, detail: "200 in \(Int(total.rounded())) ms",
      timing: ProbeTiming(
        resolveMilliseconds: 0.4, connectMilliseconds: total * 0.2, tlsMilliseconds: total * 0.35,
        firstByteMilliseconds: total * 0.4, totalMilliseconds: total), lastProbeAt: ago(0.6))
  }

  static func wave(_ count: Int, base: Double, swing: Double, seed: Int) -> [Double?] {
    var state = UInt64(seed &* 7919 &+ 17)
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let random = Double(state >> 40) / Double(1 << 24)
      return base + swing * (random * random * 2 - 0.3)
    }
  }

  static func recordSet(aws awsWeight: Int = 50, azure azureWeight: Int = 50) -> RecordSetSnapshot {
    var recordSet = RecordSetSnapshot(name: "app.example.test", ttl: .seconds(5), provider: "PowerDNS")
    let weights = Weights([(aws, awsWeight), (azure, azureWeight)])
    recordSet.configured = seen(weights, "PowerDNS")
    let share = weights.share(of: aws)
    recordSet.authoritative = seen(
      AuthoritativeAnswers(
        shares: [CloudShare(cloud: aws, share: share - 0.01), CloudShare(cloud: azure, share: 1 - share + 0.01)],
        sampleCount: 412, servers: [.init(address: "127.77.0.53", answering: true)], agrees: true), "direct queries")
    recordSet.observedShares = seen(
      [CloudShare(cloud: aws, share: share + 0.01), CloudShare(cloud: azure, share: 1 - share - 0.01)],
      "load balancers, last 10 s")
    recordSet.lastChangedAt = ago(71)
    return recordSet
  }

  static let events: [Event] = [
    Event(
      id: 9, at: ago(9), severity: .notice, subject: "weights", message: "60/40 → 50/50 verified",
      actor: "kit@ops1 pid 4242"),
    Event(id: 8, at: ago(12), severity: .info, subject: "weights", message: "traffic arriving 52/48"),
    Event(
      id: 7, at: ago(71), severity: .notice, subject: "weights", message: "Weights: aws 60 → 50, azure 40 → 50",
      actor: "kit@ops1 pid 4242"),
    Event(id: 6, at: ago(1316), severity: .notice, subject: "azure", message: "p99 61 ms, back below 100 ms"),
    Event(id: 5, at: ago(1416), severity: .warning, subject: "azure", message: "degraded: p99 140 ms over 100 ms"),
    Event(id: 4, at: ago(3000), severity: .info, subject: "azure", message: "replication streaming again after 3 s"),
    Event(
      id: 3, at: ago(3003), severity: .critical, subject: "azure",
      message: "replication stopped: connection reset by peer"),
    Event(id: 2, at: ago(7200), severity: .info, subject: "journal", message: "opened, 118 entries, chain intact"),
    Event(id: 1, at: ago(90_000), severity: .info, subject: "host", message: "started", actor: "kit@ops1 pid 4242"),
  ]

  static let allWell: Snapshot = {
    var snapshot = Snapshot(
      service: "app.example.test", generatedAt: ago(0.2), generation: Generation(118), primary: aws,
      automation: .manual,
      lease: LeaseSnapshot(holder: "kit@ops1 pid 4242", heldHere: true, via: "lock beside the journal"),
      clouds: [
        cloud(aws, "eu-west-1", isPrimary: true, p50: 12, p99: 48, seed: 1),
        cloud(azure, "westeurope", isPrimary: false, p50: 19, p99: 61, seed: 2),
      ], recordSet: recordSet())
    snapshot.levers = [LeverSnapshot(kind: .weights, title: "shift traffic", cost: "8 s · no data at risk", holds: [])]
    snapshot.events = events
    snapshot.operations = [finished]
    return snapshot
  }()

  static let finished: OperationSnapshot = {
    var operation = OperationSnapshot(
      id: OperationID("w1"), title: "Weights: aws 60 → 50, azure 40 → 50", kind: .weights, state: .done,
      actor: "kit@ops1",
      startedAt: ago(71), steps: steps(.done, .done, .done), canUndo: true)
    operation.endedAt = ago(62)
    return operation
  }()

  static func steps(_ states: OperationSnapshot.Step.State...) -> [OperationSnapshot.Step] {
    let titles = ["write weights", "verify answers", "watch traffic"]
    return zip(titles, states).enumerated().map { index, step in
      var made = OperationSnapshot.Step(title: step.0, mutates: index == 0, state: step.1)
      if step.1 != .pending { made.startedAt = ago(4 - Double(index)) }
      if step.1 == .done { made.endedAt = ago(3 - Double(index)) }
      if step.1 == .running { made.detail = "answers 69/31 in 412 samples" }
      return made
    }
  }
}
