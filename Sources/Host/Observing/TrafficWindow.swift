import Operations

/// Turns the load balancers' growing request counters into rates and shares over the last seconds. Pure.
struct TrafficWindow {
  private struct Sample {
    var at: Timestamp
    var total: UInt64
  }

  private let width: Duration
  private var samples: [CloudID: [Sample]] = [:]

  init(width: Duration) { self.width = width }

  mutating func add(_ total: UInt64, for cloud: CloudID, at now: Timestamp) {
    var kept = samples[cloud] ?? []
    // A counter that fell belongs to a load balancer that was started again: what came before says nothing now.
    if let last = kept.last, total < last.total { kept = [] }
    kept.append(Sample(at: now, total: total))
    // One sample older than the window stays, so that the window is always covered in full.
    while kept.count > 2, now - kept[1].at >= width { kept.removeFirst() }
    samples[cloud] = kept
  }

  /// Forgets a cloud that no longer answers, lest its old rate speak on.
  mutating func forget(_ cloud: CloudID) { samples[cloud] = nil }

  /// Requests per second over the window; nil until there are two samples.
  func rate(of cloud: CloudID) -> Double? {
    guard let first = samples[cloud]?.first, let last = samples[cloud]?.last, last.at > first.at else { return nil }
    return Double(last.total - first.total) / (last.at - first.at).inSeconds
  }

  /// Shares of the requests of all `clouds`; nil while none has served any.
  func shares(of clouds: [CloudID]) -> [CloudShare]? {
    let rates = clouds.map { rate(of: $0) ?? 0 }
    let sum = rates.reduce(0, +)
    guard sum > 0 else { return nil }
    return zip(clouds, rates).map { CloudShare(cloud: $0, share: $1 / sum) }
  }

  /// As ``shares(of:)``; where nobody comes at all, nothing for each cloud that is measured.
  func residues(of clouds: [CloudID]) -> [CloudShare]? {
    if let shares = shares(of: clouds) { return shares }
    let silent = clouds.filter { rate(of: $0) == 0 }.map { CloudShare(cloud: $0, share: 0) }
    return silent.isEmpty ? nil : silent
  }
}
