import Operations

extension ProbingState {
  /// One cloud for the snapshot; nil when it is not probed.
  mutating func view(of id: CloudID, at now: Timestamp) -> CloudHealthView? {
    guard var cloud = clouds[id] else { return nil }
    let source = cloud.vantages.count == 1 ? "probe" : "probe ×\(cloud.vantages.count)"
    func observation<Value>(_ value: Value, at seen: Timestamp) -> Observation<Value> {
      Observation(value, source: source, observedAt: seen, staleAfter: settings.staleAfter)
    }
    // That nothing is known is known now.
    let judgedAt = cloud.verdict.health == .unknown ? now : cloud.lastConclusiveAt ?? now
    var view = CloudHealthView(verdict: observation(cloud.verdict, at: judgedAt))
    view.vantages = zip(cloud.vantages, cloud.trackers).map { vantage, tracker in
      var seen = VantageSnapshot(
        id: vantage.id, network: vantage.network, health: tracker.health(at: now, settings), detail: tracker.detail,
        timing: tracker.last?.timing, lastProbeAt: tracker.lastProbeAt)
      seen.database = tracker.database.word(source: "application, by \(vantage.id)", settings)
      return seen
    }
    if let latency = cloud.latency.summary(at: now), let seen = cloud.lastSuccessAt {
      view.latency = observation(latency, at: seen)
    }
    let tallies = cloud.successes.values(at: now)
    let total = tallies.reduce(0) { $0 + $1.total }
    if total > 0, let seen = cloud.lastConclusiveAt {
      let succeeded = tallies.reduce(0) { $0 + $1.succeeded }
      view.probeSuccess = observation(ProbeSuccess(succeeded: succeeded, total: total), at: seen)
    }
    view.latencyHistory = cloud.history.values(at: now).map { $0.count > 0 ? $0.sum / Double($0.count) : nil }
    return view
  }
}
