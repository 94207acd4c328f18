import Operations

/// What failover is about, what it has done, and what stands between it and acting.
extension MetricsWriter {
  mutating func failover(_ snapshot: Snapshot) {
    let now = snapshot.generatedAt
    family("signalbox_generation", "The highest generation that was seen.")
    sample([], Double(snapshot.generation.rawValue))
    family("signalbox_automation", "1 for the policy that holds now.")
    for policy in Automation.allCases {
      sample([("policy", policy.rawValue)], policy == snapshot.automation ? 1 : 0)
    }
    operations(snapshot)
    voices(snapshot)
    guard let failover = snapshot.failover else { return }
    family("signalbox_failover_state", "1 for the state that the failover engine is in.")
    for state in FailoverSnapshot.State.allCases {
      sample([("state", state.rawValue)], state == failover.state ? 1 : 0)
    }
    family("signalbox_failover_condition_met", "1 while the condition of acting by itself is met.")
    for condition in failover.ledger { sample([("condition", condition.name)], condition.isMet ? 1 : 0) }
    family("signalbox_failover_loss_seconds", "What a failover now would lose, at most.")
    if let loss = failover.loss?.fresh(at: now) { sample([], loss.seconds) }
    roles(failover, at: now)
  }

  private mutating func operations(_ snapshot: Snapshot) {
    family("signalbox_operation_running", "1 while an operation of the kind changes things.")
    for kind in [Plan.Kind.weights, .replication, .failover] {
      let isRunning = snapshot.operations.contains { $0.kind == kind && !$0.state.isFinal && !$0.onlyWatches }
      sample([("kind", kind.rawValue)], isRunning ? 1 : 0)
    }
    let last = snapshot.operations.first { $0.kind == .failover && $0.endedAt != nil }
    family("signalbox_failover_last_duration_seconds", "What the last operation of failover took.")
    if let last, let endedAt = last.endedAt {
      sample(Self.labels(last), max(0, (endedAt - last.startedAt).inSeconds))
    }
    family("signalbox_failover_last_step_seconds", "What each of its steps took.")
    for (index, step) in (last?.steps ?? []).enumerated() {
      guard let startedAt = step.startedAt, let endedAt = step.endedAt else { continue }
      sample([("step", "\(index + 1)"), ("title", step.title)], max(0, (endedAt - startedAt).inSeconds))
    }
    family("signalbox_failover_last_ended_timestamp_seconds", "When it ended.")
    if let endedAt = last?.endedAt { sample([], Double(endedAt.microsecondsSinceEpoch) / 1e6) }
  }

  private static func labels(_ operation: OperationSnapshot) -> [(String, String)] {
    var lever = operation.kind.rawValue
    if case .failover(let request) = operation.request { lever = request.word }
    return [("lever", lever), ("state", operation.state.rawValue)]
  }

  /// Who says nothing is left out.
  private mutating func voices(_ snapshot: Snapshot) {
    family("signalbox_vantage_up", "1 where the vantage calls the cloud healthy, 0 where it calls it down.")
    for (labels, vantage) in Self.vantages(snapshot) { verdict(labels, vantage.health) }
    family("signalbox_vantage_database_up", "The same of its database, as its application tells the vantage.")
    for (labels, vantage) in Self.vantages(snapshot) {
      verdict(labels, vantage.database?.fresh(at: snapshot.generatedAt)?.health ?? .unknown)
    }
  }

  private static func vantages(_ snapshot: Snapshot) -> [(labels: [(String, String)], vantage: VantageSnapshot)] {
    snapshot.clouds.flatMap { cloud in
      cloud.vantages.map { vantage in
        ([("cloud", cloud.id.rawValue), ("vantage", vantage.id.rawValue), ("network", vantage.network)], vantage)
      }
    }
  }

  private mutating func verdict(_ labels: [(String, String)], _ health: Health) {
    switch health {
    case .healthy, .degraded: sample(labels, 1)
    case .down: sample(labels, 0)
    case .unknown: break
    }
  }

  private mutating func roles(_ failover: FailoverSnapshot, at now: Timestamp) {
    let fresh = failover.roles.compactMap { view in view.role.fresh(at: now).map { (view, $0) } }
    family("signalbox_database_takes_writes", "1 while the application could write there.")
    for (view, role) in fresh { sample([("cloud", view.cloud.rawValue)], role.takesWrites ? 1 : 0) }
    family("signalbox_database_generation", "The highest generation that acted on the database.")
    for (view, role) in fresh { sample([("cloud", view.cloud.rawValue)], Double(role.generation.rawValue)) }
    // What was said of an end counts on after the one who said it fell silent.
    family("signalbox_write_lease_seconds", "Until the database's right to write ends by itself; negative: it has.")
    for view in failover.roles {
      guard let end = view.role.value.leaseExpiresAt else { continue }
      sample(
        [("cloud", view.cloud.rawValue)], (end - view.role.value.clock - view.role.age(at: now)).inSeconds)
    }
  }
}

extension FailoverRequest {
  /// The lever that asks for it, as commands name it.
  fileprivate var word: String {
    switch self {
    case .shift: "shift"
    case .evacuate: "evacuate"
    case .switchover: "switchover"
    case .failover: "failover"
    case .rejoin: "rejoin"
    case .failback: "failback"
    }
  }
}
