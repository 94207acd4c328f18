import Operations

/// Turns what the vantages say of one cloud into a verdict. Pure: the same facts give the same verdict.
struct Judgement {
  /// A p99 of fewer probes is no percentile.
  static let fewestLatencies = 20
  static let fewestResults = 10
  /// Once slow, the p99 must fall to this share of the limit.
  static let slowExit = 0.8

  let settings: ProbingSettings
  let now: Timestamp
  /// Nobody answers anything from anywhere: the fault may be here.
  let isCutOff: Bool

  /// Health and reasons, most telling first.
  func judge(_ cloud: inout CloudState) -> (Health, [String]) {
    let healths = cloud.trackers.map { $0.health(at: now, settings) }
    let speaking = healths.indices.filter { healths[$0] != .unknown }
    let down = speaking.filter { healths[$0] == .down }
    guard isQuorum(speaking, cloud) else { return (.unknown, silence(cloud, speaking)) }
    if isCutOff, !down.isEmpty {
      return (.unknown, ["no cloud answers from any vantage: this console may be cut off"])
    }
    if isQuorum(down, cloud), down.count * 2 > speaking.count {
      return (.down, failures(down, cloud))
    }
    let troubles = failures(down, cloud) + troubles(&cloud)
    if !troubles.isEmpty { return (.degraded, troubles) }
    return (.healthy, ["\(speaking.count)/\(cloud.vantages.count) vantages answered"])
  }

  private func isQuorum(_ indices: [Int], _ cloud: CloudState) -> Bool {
    indices.count >= settings.quorumVantages
      && Set(indices.map { cloud.vantages[$0].network }).count >= settings.quorumNetworks
  }

  /// What the vantages in `down` miss, as one phrase for each kind of failure.
  private func failures(_ down: [Int], _ cloud: CloudState) -> [String] {
    let total = cloud.vantages.count
    var phrases: [String] = []
    let silent = down.filter { if case .unreachable = cloud.trackers[$0].lastFailure { true } else { false } }
    if let since = silent.compactMap({ cloud.trackers[$0].failingSince }).min() {
      phrases.append("no answer from \(silent.count)/\(total) vantages for \(DurationText.of(now - since))")
    }
    var rejections: [(reason: String, count: Int)] = []
    for index in down {
      guard case .rejected(let reason) = cloud.trackers[index].lastFailure else { continue }
      if let known = rejections.firstIndex(where: { $0.reason == reason }) {
        rejections[known].count += 1
      } else {
        rejections.append((reason, 1))
      }
    }
    phrases += rejections.map { "\($0.reason) from \($0.count)/\(total) vantages" }
    return phrases + unreachableReasons(silent, cloud)
  }

  private func unreachableReasons(_ silent: [Int], _ cloud: CloudState) -> [String] {
    var reasons: [String] = []
    for index in silent {
      guard case .unreachable(let reason) = cloud.trackers[index].lastFailure, !reasons.contains(reason) else {
        continue
      }
      reasons.append(reason)
    }
    return reasons
  }

  /// What is wrong with a cloud that answers.
  private func troubles(_ cloud: inout CloudState) -> [String] {
    var phrases: [String] = []
    if let targets = cloud.targets?.fresh(at: now), targets.healthyCount < targets.targets.count {
      phrases.append("\(targets.healthyCount)/\(targets.targets.count) targets healthy")
    }
    let recent = cloud.trackers.flatMap(\.settledResults)
    let succeeded = recent.count { $0 }
    if recent.count >= Self.fewestResults,
      Double(succeeded) < settings.degradedSuccessRatio * Double(recent.count)
    {
      let reason = cloud.trackers.lazy.compactMap(\.lastFailureText).first.map { ": \($0)" } ?? ""
      phrases.append("\(recent.count - succeeded) of the last \(recent.count) probes failed\(reason)")
    }
    if let slow = slowness(&cloud) { phrases.append(slow) }
    return phrases
  }

  private func slowness(_ cloud: inout CloudState) -> String? {
    let limit = settings.degradedLatency.inMilliseconds
    // Where nothing is above the limit no percentile is, and none need be worked out.
    if cloud.latency.maximumMilliseconds(at: now) <= limit * (cloud.isSlow ? Self.slowExit : 1) {
      cloud.isSlow = false
      return nil
    }
    guard let latency = cloud.latency.recentSummary(at: now), latency.count >= Self.fewestLatencies else {
      cloud.isSlow = false
      return nil
    }
    cloud.isSlow = latency.p99Milliseconds > limit * (cloud.isSlow ? Self.slowExit : 1)
    guard cloud.isSlow else { return nil }
    let p99 = Int(latency.p99Milliseconds.rounded())
    return latency.p99Milliseconds > limit
      ? "p99 \(p99) ms above \(Int(limit)) ms"
      : "p99 \(p99) ms, not yet below \(Int((limit * Self.slowExit).rounded())) ms"
  }

  /// Why too few vantages speak.
  private func silence(_ cloud: CloudState, _ speaking: [Int]) -> [String] {
    let total = cloud.vantages.count
    var phrases: [String] = []
    if speaking.isEmpty {
      phrases.append("no vantage can speak")
    } else if speaking.count < settings.quorumVantages {
      phrases.append("only \(speaking.count)/\(total) vantages can speak, \(settings.quorumVantages) needed")
    } else {
      let networks = Set(speaking.map { cloud.vantages[$0].network }).count
      phrases.append("vantages on only \(networks) networks can speak, \(settings.quorumNetworks) needed")
    }
    for (index, tracker) in cloud.trackers.enumerated() where !speaking.contains(index) {
      phrases.append("\(cloud.vantages[index].id): \(tracker.silence(at: now))")
    }
    return phrases
  }
}

extension VantageTracker {
  /// Recent results without a run of failures that is still to be confirmed: that is the thresholds' business.
  fileprivate var settledResults: ArraySlice<Bool> { recent.dropLast(min(failures, recent.count)) }

  fileprivate var lastFailureText: String? {
    switch lastFailure {
    case .rejected(let reason), .unreachable(let reason): reason
    default: nil
    }
  }
}
