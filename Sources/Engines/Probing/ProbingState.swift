import Operations

/// What probing knows: events go in, verdicts and changes come out. No clock, no randomness, no I/O.
struct ProbingState: Sendable {
  enum Event: Sendable {
    case result(ProbeResult, cloud: CloudID, vantage: Int)
    case targets(TargetGroupSnapshot, cloud: CloudID)
    /// Time has passed.
    case look
  }

  private(set) var clouds: [CloudID: CloudState]
  /// In the configuration's order.
  let order: [CloudID]
  let settings: ProbingSettings
  /// Grows when a cloud's health changes, or what a vantage makes of it or of its database.
  private(set) var turns = 0

  init(clouds: [CloudID], vantages: [ProbeVantage], settings: ProbingSettings, at now: Timestamp) {
    order = clouds
    self.settings = settings
    self.clouds = Dictionary(
      clouds.map { ($0, CloudState(vantages: vantages, settings: settings, at: now)) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Takes an event in.
  ///
  /// - Returns: the clouds whose health changed by it.
  mutating func apply(_ event: Event, at now: Timestamp) -> [ProbingChange] {
    switch event {
    case .result(let result, let cloud, let vantage):
      let wasCutOff = isCutOff(at: now)
      let voice = clouds[cloud]?.trackers[vantage].voice
      clouds[cloud]?.apply(result, vantage: vantage, at: now, settings)
      if clouds[cloud]?.trackers[vantage].voice != voice { turns += 1 }
      // A sign of life from one cloud changes what the silence of the others means.
      if wasCutOff == isCutOff(at: now) { return judge([cloud], at: now) }
    case .targets(let targets, let cloud):
      clouds[cloud]?.targets = Observation(
        targets, source: "load balancer", observedAt: now, staleAfter: settings.staleAfter)
      return judge([cloud], at: now)
    case .look: break
    }
    return judge(order, at: now)
  }

  private mutating func judge(_ which: [CloudID], at now: Timestamp) -> [ProbingChange] {
    let judgement = Judgement(settings: settings, now: now, isCutOff: isCutOff(at: now))
    return which.compactMap { id in
      guard var cloud = clouds[id] else { return nil }
      // Emptied first, so that the windows inside are changed in place and not copied.
      clouds[id] = nil
      defer { clouds[id] = cloud }
      let before = cloud.verdict
      let (health, reasons) = judgement.judge(&cloud)
      let since = health == before.health ? before.since : now
      cloud.verdict = HealthVerdict(health: health, reasons: reasons, since: since)
      if health != before.health { turns += 1 }
      return health == before.health ? nil : ProbingChange(cloud: id, from: before.health, verdict: cloud.verdict)
    }
  }

  /// Whether nothing shows that this machine reaches anything at all: no cloud answered, and no proxy told of a cloud
  /// that does not. With a single cloud there is nothing to compare with.
  private func isCutOff(at now: Timestamp) -> Bool {
    guard order.count > 1 else { return false }
    return !clouds.values.contains { cloud in
      cloud.trackers.indices.contains { index in
        let tracker = cloud.trackers[index]
        guard let seen = tracker.lastProbeAt, now - seen <= settings.staleAfter else { return false }
        switch tracker.last?.outcome {
        case .success, .rejected: return true
        case .unreachable: return cloud.vantages[index].proxy != nil
        case .inconclusive, nil: return false
        }
      }
    }
  }
}
