import Operations

extension World {
  func took(_ state: RecordSetState, from provider: String, at now: Timestamp) {
    if let before = configured?.value, before != state.weights {
      let ours = operations.contains { $0.state == .running } || hasChangedRecordSetUnseen
      if !ours {
        note(
          "changed elsewhere: \(before.ratio) → \(state.weights.ratio)", subject: "weights", severity: .warning,
          at: now)
      }
      lastChangedAt = now
    }
    answers.restart(for: state.weights)
    generation = max(generation, state.generation)
    configured = Observation(state.weights, source: provider, observedAt: now, staleAfter: .seconds(10))
  }

  func took(_ sample: AnswerSample, at now: Timestamp) {
    answers.add(sample)
    answersSeenAt = now
    for server in sample.servers {
      fault(server.answering ? nil : server.reason, of: "DNS \(server.address)", at: now)
    }
  }

  func took(_ targets: TargetGroupSnapshot, of cloud: CloudID, from source: String, at now: Timestamp) {
    clouds[cloud]?.targetGroup = Observation(targets, source: source, observedAt: now, staleAfter: .seconds(4))
    if let total = targets.requestsTotal {
      traffic.add(total, for: cloud, at: now)
      if let rate = traffic.rate(of: cloud) {
        clouds[cloud]?.rate = Observation(rate, source: source, observedAt: now, staleAfter: .seconds(10))
      }
    }
    clouds[cloud]?.rateHistory.add(traffic.rate(of: cloud))
  }

  /// A load balancer did not answer.
  func lost(targetsOf cloud: CloudID) {
    traffic.forget(cloud)
    clouds[cloud]?.rateHistory.add(nil)
  }

  func took(_ release: String, of cloud: CloudID, at now: Timestamp) {
    if let before = clouds[cloud]?.release?.value, before != release {
      note("release \(before) → \(release)", subject: cloud.rawValue, severity: .notice, at: now)
    }
    clouds[cloud]?.release = Observation(release, source: "application", observedAt: now, staleAfter: .seconds(30))
  }

  func took(_ seen: DatabaseObservation, of cloud: CloudID, from source: String, at now: Timestamp) {
    if let before = clouds[cloud]?.database?.value, before.role != seen.database.role {
      note(
        "database \(before.role.rawValue) → \(seen.database.role.rawValue)", subject: cloud.rawValue,
        severity: .warning, at: now)
    }
    let claims = seen.database.role == .primary && seen.database.writable
    let claimsSince = claims ? min(clouds[cloud]?.claimsSince ?? now, now) : nil
    clouds[cloud]?.claimsSince = claimsSince
    clouds[cloud]?.database = Observation(
      seen.database, source: source, observedAt: now, staleAfter: .seconds(4))
    clouds[cloud]?.slots = seen.slots
    clouds[cloud]?.clock = seen.clock
    clouds[cloud]?.clockReadAt = now
    choosePrimary(at: now)
    if cloud == primary {
      if let beat = seen.heartbeat { lag.primaryHolds(beat) }
      clouds[cloud]?.replication = nil
    } else {
      measureLag(of: cloud, arrived: seen.heartbeat, source: source, at: now)
    }
  }

  func lost(databaseOf cloud: CloudID, at now: Timestamp) {
    clouds[cloud]?.lagHistory.add(nil)
    // It was asked since, and gave no answer: what it said before counts for less long.
    if let told = clouds[cloud]?.database?.staleAfter {
      clouds[cloud]?.database?.staleAfter = min(told, Self.unansweredStaleAfter)
    }
    choosePrimary(at: now)
  }

  private static let unansweredStaleAfter = Duration.seconds(2)

  /// One fresh writable primary is the primary; none, or two, is nobody. Where one said so before the other began to, the
  /// right to write may have moved in between: its next look tells.
  private func choosePrimary(at now: Timestamp) {
    let claims = clouds.filter { $0.value.claimsSince != nil && $0.value.database?.isStale(at: now) == false }
    let newest = claims.values.compactMap(\.claimsSince).max() ?? now
    guard claims.values.allSatisfy({ $0.database.map { $0.observedAt >= newest } ?? false }) else { return }
    let chosen = claims.count == 1 ? claims.first?.key : nil
    guard chosen != primary else { return }
    if let chosen {
      lag.reset()
      if primary != nil { note("is primary now", subject: chosen.rawValue, severity: .warning, at: now) }
    }
    if claims.count > 1 {
      let names = claims.keys.sorted().map(\.rawValue).joined(separator: " and ")
      note("\(names) both take writes", subject: "database", severity: .critical, at: now)
    }
    // A primary that merely cannot be asked is still shown as stale, not as somebody else's.
    primary = chosen
  }

  private func measureLag(of cloud: CloudID, arrived: Timestamp?, source: String, at now: Timestamp) {
    guard let primary, let facts = clouds[primary], let clock = facts.clock, let readAt = facts.clockReadAt else {
      clouds[cloud]?.lagHistory.add(nil)
      return
    }
    let seconds = lag.lagSeconds(arrived: arrived, primaryClock: clock + (now - readAt))
    let fresh = facts.database?.isStale(at: now) == false
    let measured = ReplicationLag(
      lagBytes: fresh ? facts.slots.map(\.lagBytes).max() : nil, lagSeconds: fresh ? seconds : nil,
      streaming: facts.slots.contains { $0.active })
    clouds[cloud]?.replication = Observation(
      measured, source: "\(source), heartbeat", observedAt: now, staleAfter: .seconds(4))
    clouds[cloud]?.lagHistory.add(measured.lagSeconds)
  }
}
