import Operations

extension SnapshotFixture {
  static let azureDown: Snapshot = {
    var snapshot = allWell
    var azure = snapshot.clouds[1]
    azure.verdict = seen(
      HealthVerdict(
        health: .down, reasons: ["no answer from 3/3 vantages for 4 s", "HAProxy refuses connections"], since: ago(4)))
    for index in azure.vantages.indices {
      azure.vantages[index].health = .down
      azure.vantages[index].detail = "connection refused"
      azure.vantages[index].timing = nil
    }
    azure.probeSuccess = seen(ProbeSuccess(succeeded: 168, total: 180))
    azure.latency?.observedAt = ago(14)
    azure.targetGroup?.observedAt = ago(14)
    azure.requestsPerSecond?.observedAt = ago(14)
    azure.database?.observedAt = ago(14)
    azure.replication?.observedAt = ago(14)
    azure.release?.observedAt = ago(14)
    azure.history.latencyMilliseconds = azure.history.latencyMilliseconds.dropLast(8) + Array(repeating: nil, count: 8)
    snapshot.clouds[1] = azure
    snapshot.events.insert(
      Event(
        id: 10, at: ago(4), severity: .critical, subject: "azure", message: "down: no answer from 3/3 vantages for 4 s"),
      at: 0)
    return snapshot
  }()

  static let degradedAndStale: Snapshot = {
    var snapshot = allWell
    snapshot.clouds[0].verdict = seen(
      HealthVerdict(health: .degraded, reasons: ["5xx 12 %", "2 of 3 targets healthy"], since: ago(190)))
    snapshot.clouds[0].targetGroup?.value.targets[1].state = .unhealthy
    snapshot.clouds[0].targetGroup?.value.targets[1].reason = "L7STS 503"
    snapshot.clouds[0].vantages[2].health = .degraded
    snapshot.clouds[0].vantages[2].detail = "503 in 44 ms"
    snapshot.clouds[0].probeSuccess = seen(ProbeSuccess(succeeded: 158, total: 180))
    snapshot.clouds[1].verdict = Observation(
      HealthVerdict(health: .healthy, reasons: [], since: ago(9000)), source: "probe ×3", observedAt: ago(33),
      staleAfter: .seconds(5))
    snapshot.clouds[1].latency?.observedAt = ago(33)
    snapshot.clouds[1].probeSuccess?.observedAt = ago(33)
    snapshot.clouds[1].replication = seen(ReplicationLag(lagBytes: 48_300_000, lagSeconds: 212, streaming: false))
    snapshot.levers = [
      LeverSnapshot(
        kind: .weights, title: "shift traffic", cost: nil,
        holds: [hold("stale-observations", "azure was last seen 33 s ago", "see why the probes are silent")])
    ]
    snapshot.recordSet.authoritative?.value.agrees = false
    return snapshot
  }()

  static func hold(
    _ name: String, _ reason: String, _ remedy: String, _ overridability: Overridability = .byName
  ) -> InterlockVerdict {
    InterlockVerdict(
      name: InterlockName(name), overridability: overridability, hold: InterlockHold(reason: reason, remedy: remedy))
  }

  static let running: Snapshot = {
    var snapshot = allWell
    let operation = OperationSnapshot(
      id: OperationID("w2"), title: "Weights: aws 50 → 70, azure 50 → 30", kind: .weights, state: .running,
      actor: "kit@ops1", startedAt: ago(4), steps: steps(.done, .running, .pending), canUndo: true)
    snapshot.operations.insert(operation, at: 0)
    snapshot.recordSet = recordSet(aws: 70, azure: 30)
    snapshot.recordSet.observedShares = seen([
      CloudShare(cloud: aws, share: 0.58), CloudShare(cloud: azure, share: 0.42),
    ])
    snapshot.recordSet.lastChangedAt = ago(3)
    snapshot.generation = Generation(119)
    return snapshot
  }()

  /// What a hostile server, or a careless one, could have put into every text.
  static let hostileText =
    "\u{1B}[31m\u{1B}]0;owned\u{7}‮evil\u{202E}\u{9B}2J\r\n\tline two 漢字 e\u{301}👩‍👩‍👧 \u{200B}end"
    + String(repeating: "x", count: 500)

  static let hostile: Snapshot = {
    var snapshot = allWell
    let text = hostileText
    snapshot.service = text
    snapshot.lease.holder = text
    for index in snapshot.clouds.indices {
      snapshot.clouds[index].region = text
      snapshot.clouds[index].release = seen(text, text)
      snapshot.clouds[index].verdict.value = HealthVerdict(health: .degraded, reasons: [text, text], since: ago(9))
      snapshot.clouds[index].vantages[0].detail = text
      snapshot.clouds[index].vantages[0].network = text
      snapshot.clouds[index].targetGroup?.value.targets[0].id = text
      snapshot.clouds[index].targetGroup?.value.targets[0].reason = text
    }
    snapshot.events = [Event(id: 1, at: now, severity: .warning, subject: text, message: text, actor: text)]
    snapshot.levers = [
      LeverSnapshot(kind: .weights, title: text, cost: nil, holds: [hold(text, text, text)])
    ]
    snapshot.operations[0].title = text
    snapshot.operations[0].state = .failed
    snapshot.operations[0].failure = text
    return snapshot
  }()
}
