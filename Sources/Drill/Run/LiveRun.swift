import Lab
import Operations

/// A run as it goes on, in a few numbers. It reads each visit once, so that a long drill costs no more in its last second
/// than in its first.
struct LiveRun: Sendable {
  private let plan: DrillPlan
  private var seconds: [Second] = []
  /// How many visits are in `seconds`.
  private var read = 0
  private var requests = 0
  private var failures = 0
  private var hasFault = false
  private var instants: DrillInstants

  private struct Second {
    var requests = 0
    var failures = 0
    var byCloud: [String: Int] = [:]
  }

  init(_ plan: DrillPlan) {
    self.plan = plan
    instants = DrillInstants(plan)
  }

  mutating func snapshot(of recorder: DrillRecorder) -> DrillSnapshot {
    let now = recorder.now
    let visits = recorder.log.records(after: read)
    read += visits.count
    take(visits, zero: recorder.zero)
    let lately = recorder.log.newest(since: now - 2)
    let total = lately.count { $0.cloud != nil }
    let clouds = [plan.subject, plan.survivor]
    var snapshot = DrillSnapshot(
      name: plan.name.rawValue, phase: recorder.phase, sinceFaultSeconds: recorder.zero.map { now - $0 },
      users: plan.settings.users, requestsPerSecond: Double(lately.count) / 2,
      failuresPerSecond: Double(lately.count { $0.failure != nil }) / 2,
      shares: clouds.map { cloud in
        let own = lately.count { $0.cloud == cloud.rawValue }
        return CloudShare(cloud: cloud, share: total == 0 ? 0 : Double(own) / Double(total))
      })
    snapshot.elapsedSeconds = now
    (snapshot.requests, snapshot.failures) = (requests, failures)
    snapshot.instants = instants.look(at: recorder)
    snapshot.history = history(until: now, zero: recorder.zero)
    return snapshot
  }

  private mutating func take(_ visits: [VisitRecord], zero: Double?) {
    if let zero, !hasFault {
      hasFault = true
      // What is counted from here on is what the fault did.
      requests = 0
      failures = 0
      count(visits.filter { $0.endedSeconds >= zero })
    } else {
      count(visits)
    }
    for visit in visits {
      let second = max(0, Int(visit.endedSeconds))
      if second >= seconds.count { seconds += Array(repeating: Second(), count: second + 1 - seconds.count) }
      seconds[second].requests += 1
      if visit.failure != nil { seconds[second].failures += 1 }
      if let cloud = visit.cloud { seconds[second].byCloud[cloud, default: 0] += 1 }
    }
  }

  private mutating func count(_ visits: [VisitRecord]) {
    requests += visits.count
    failures += visits.count { $0.failure != nil }
  }

  /// The second that goes on is left out: it would look like a fall.
  private func history(until now: Double, zero: Double?) -> DrillSnapshot.History {
    var history = DrillSnapshot.History()
    guard plan.settings.users > 0 else { return history }
    let end = max(0, Int(now))
    let start = max(0, end - DrillSnapshot.historyLength)
    let shown = (start..<end).map { seconds.indices.contains($0) ? seconds[$0] : Second() }
    history.requests = shown.map { Double($0.requests) }
    history.failures = shown.map { Double($0.failures) }
    history.shares = [plan.subject, plan.survivor].map { cloud in
      DrillSnapshot.CloudHistory(
        cloud: cloud,
        samples: shown.map { second in
          let total = second.byCloud.values.reduce(0, +)
          return total == 0 ? nil : Double(second.byCloud[cloud.rawValue] ?? 0) / Double(total)
        })
    }
    if let zero, (start..<end).contains(Int(zero)) { history.faultIndex = Int(zero) - start }
    return history
  }
}
