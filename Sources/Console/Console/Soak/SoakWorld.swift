import Operations

/// Makes worlds up: likely ones, and such as no host should ever send.
struct SoakWorld {
  var generation: UInt64 = 1
  var weights = Weights([(CloudID("aws"), 50), (CloudID("azure"), 50)])
  var eventID: Int64 = 0
  var events: [Event] = []

  mutating func snapshot(at now: Timestamp, _ random: inout SplitMix) -> Snapshot {
    let count = random.chance(90) ? 2 : Int.random(in: 0...5, using: &random)
    let ids = (0..<count).map { index in
      CloudID(index == 0 ? "aws" : index == 1 ? "azure" : text("cloud\(index)", &random))
    }
    if random.chance(20) { generation += 1 }
    note(at: now, &random)
    var snapshot = Snapshot(
      service: text("app.example.test", &random),
      generatedAt: now - .milliseconds(Int.random(in: 0...9000, using: &random)),
      generation: Generation(generation), primary: random.chance(90) ? ids.first : nil,
      automation: [.manual, .advise, .automatic, .paused].randomElement(using: &random) ?? .manual,
      lease: LeaseSnapshot(
        holder: random.chance(80) ? text("kit@ops1 pid 1", &random) : nil, heldHere: random.chance(80)),
      clouds: ids.enumerated().map { cloud($1, index: $0, at: now, &random) },
      recordSet: recordSet(at: now, ids: ids, &random))
    snapshot.events = events
    snapshot.journalFault = random.chance(5) ? text("disk full", &random) : nil
    snapshot.levers = levers(&random)
    snapshot.failover = random.chance(85) ? failover(at: now, ids: ids, &random) : nil
    snapshot.replication = (0..<(random.chance(90) ? 1 : Int.random(in: 0...3, using: &random))).map { _ in
      link(at: now, ids: ids, &random)
    }
    snapshot.drill = random.chance(30) ? drill(at: now, ids: ids, &random) : nil
    snapshot.operations = random.chance(50) ? [operation(at: now, &random)] : []
    if random.chance(30) { snapshot.operations.insert(failoverOperation(at: now, ids: ids, &random), at: 0) }
    return snapshot
  }

  func plan(_ request: LeverRequest, at now: Timestamp, _ random: inout SplitMix) -> Plan {
    if case .failover = request { return failoverPlan(request, at: now, &random) }
    var wanted = weights
    if case .setWeights(let weights) = request { wanted = weights }
    return Plan(
      id: PlanID("w"), kind: .weights, title: text("Weights", &random), madeAt: now, request: request,
      generation: Generation(generation),
      steps: random.chance(95)
        ? [
          .init(
            title: "write weights",
            action: .writeWeights(from: weights, to: wanted, generation: Generation(generation + 1)),
            predictedEffect: text("holds", &random), predictedSeconds: number(&random))
        ] : [],
      prediction: Prediction(
        seconds: number(&random), shares: wanted.clouds.map { CloudShare(cloud: $0, share: wanted.share(of: $0)) },
        utilisation: wanted.clouds.map { CloudUtilisation(cloud: $0, ratio: random.chance(50) ? number(&random) : nil) }
      ),
      interlocks: (0..<Int.random(in: 0...9, using: &random)).map { _ in verdict(&random) })
  }

  private mutating func note(at now: Timestamp, _ random: inout SplitMix) {
    guard random.chance(40) else { return }
    eventID += 1
    let severity = Event.Severity.allCases.randomElement(using: &random) ?? .info
    let event = Event(
      id: eventID, at: now, severity: severity, subject: text("aws", &random),
      message: text("something happened", &random),
      actor: random.chance(30) ? text("kit@ops1", &random) : nil)
    events = Array(([event] + events).prefix(200))
  }

  private func cloud(_ id: CloudID, index: Int, at now: Timestamp, _ random: inout SplitMix) -> CloudSnapshot {
    let health = Health.allCases.randomElement(using: &random) ?? .unknown
    let reasons = (0..<Int.random(in: 0...3, using: &random)).map { _ in text("5xx 12 %", &random) }
    var cloud = CloudSnapshot(
      id: id, region: text("eu-west-1", &random),
      verdict: seen(HealthVerdict(health: health, reasons: reasons, since: now - .seconds(40)), at: now, &random))
    cloud.vantages = (0..<Int.random(in: 0...6, using: &random)).map { _ in
      VantageSnapshot(
        id: VantageID(text("direct", &random)), network: text("lab", &random), health: health,
        detail: text("200", &random),
        timing: random.chance(70)
          ? ProbeTiming(connectMilliseconds: number(&random), totalMilliseconds: number(&random)) : nil,
        lastProbeAt: now)
    }
    guard random.chance(90) else { return cloud }
    cloud.latency = seen(
      LatencySummary(p50Milliseconds: number(&random), p99Milliseconds: number(&random), count: 9), at: now, &random)
    cloud.probeSuccess = seen(
      ProbeSuccess(succeeded: 3, total: Int.random(in: 0...9, using: &random)), at: now, &random)
    let targets = (0..<Int.random(in: 0...12, using: &random)).map {
      Target(id: text("web-\($0)", &random), address: "127.0.0.1", state: $0 % 3 == 0 ? .unhealthy : .healthy)
    }
    cloud.targetGroup = seen(TargetGroupSnapshot(targets: targets), at: now, &random)
    cloud.requestsPerSecond = seen(number(&random), at: now, &random)
    cloud.database = seen(
      DatabaseSnapshot(
        role: index == 0 ? .primary : .secondary, writable: random.chance(50), connections: 9, maxConnections: 100,
        version: text("15.8", &random)), at: now, &random)
    cloud.replication = seen(
      ReplicationLag(
        lagBytes: random.chance(80) ? UInt64.random(in: 0...UInt64.max, using: &random) : nil,
        lagSeconds: number(&random),
        streaming: random.chance(80)), at: now, &random)
    cloud.release = seen(text("v42", &random), at: now, &random)
    cloud.history.latencyMilliseconds = (0..<120).map { _ in random.chance(90) ? number(&random) : nil }
    cloud.history.requestsPerSecond = cloud.history.latencyMilliseconds
    cloud.history.lagSeconds = cloud.history.latencyMilliseconds.reversed()
    return cloud
  }

  private func recordSet(at now: Timestamp, ids: [CloudID], _ random: inout SplitMix) -> RecordSetSnapshot {
    var recordSet = RecordSetSnapshot(name: text("app", &random), ttl: .seconds(5), provider: "PowerDNS")
    let entries = ids.map { Weights.Entry(cloud: $0, weight: Int.random(in: 0...255, using: &random)) }
    recordSet.configured = random.chance(95) ? seen(Weights(entries), at: now, &random) : nil
    let shares = ids.map { CloudShare(cloud: $0, share: number(&random)) }
    recordSet.authoritative =
      random.chance(90)
      ? seen(
        AuthoritativeAnswers(
          shares: shares, sampleCount: 9, servers: [.init(address: "127.0.0.53", answering: random.chance(80))],
          agrees: random.chance(50) ? true : nil), at: now, &random) : nil
    recordSet.observedShares = seen(shares, at: now, &random)
    recordSet.lastChangedAt = random.chance(50) ? now - .seconds(2) : nil
    return recordSet
  }

  private func operation(at now: Timestamp, _ random: inout SplitMix) -> OperationSnapshot {
    OperationSnapshot(
      id: OperationID("o\(generation)"), title: text("Weights", &random), kind: .weights,
      state: random.chance(50) ? .running : .failed, actor: text("kit@ops1", &random), startedAt: now - .seconds(4),
      steps: (0..<Int.random(in: 0...4, using: &random)).map { index in
        .init(
          title: text("step", &random), mutates: index == 0, state: index == 0 ? .running : .pending, startedAt: now)
      }, canUndo: random.chance(50))
  }

  func verdict(_ random: inout SplitMix) -> InterlockVerdict {
    let hold = random.chance(50) ? InterlockHold(reason: text("holds", &random), remedy: text("wait", &random)) : nil
    return InterlockVerdict(
      name: InterlockName(["too-soon", "capacity", "a"].randomElement(using: &random) ?? "a"),
      overridability: random.chance(70) ? .byName : .never, hold: hold)
  }

  func seen<Value>(_ value: Value, at now: Timestamp, _ random: inout SplitMix) -> Observation<Value> {
    let age = random.chance(80) ? 500 : Int.random(in: 0...100_000, using: &random)
    return Observation(value, source: "soak", observedAt: now - .milliseconds(age), staleAfter: .seconds(5))
  }

  func number(_ random: inout SplitMix) -> Double {
    let odd: [Double] = [0, -1, .nan, .infinity, 1e300, 0.0001, 9.95, 99.95, 999.5]
    return random.chance(5) ? odd.randomElement(using: &random) ?? 0 : Double.random(in: 0...200, using: &random)
  }

  func text(_ plain: String, _ random: inout SplitMix) -> String {
    guard random.chance(4) else { return plain }
    let odd = [
      "", "\u{1B}[2J\u{1B}]0;x\u{7}", String(repeating: "漢", count: 300), "\u{202E}e\u{301}\u{301}\u{301}", "\r\n\t\0",
      "👩‍👩‍👧🏳️‍🌈\u{200D}", String(repeating: "a", count: 5000),
    ]
    return odd.randomElement(using: &random) ?? ""
  }
}
