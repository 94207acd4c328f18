import Operations

/// What one link has told of itself. Kept while it can tell nothing new.
struct LinkRecord: Sendable, Equatable {
  private struct Sample: Sendable, Equatable {
    var at: Timestamp
    var written: UInt64
    var applied: UInt64
    var rows: Int
  }

  private struct Measure: Sendable, Equatable {
    var seconds: Double
    var at: Timestamp
    var source: String
  }

  private var lag: Measure?
  private var lagBytes: UInt64 = 0
  private var heartbeat: Measure?
  private var obstacle: String?
  /// At most one a second, of the last minute or so.
  private var samples: [Sample] = []

  mutating func took(_ link: ReplicationLinkSnapshot, heartbeat beat: Observation<ReplicationLag>?) {
    obstacle = Self.obstacle(of: link)
    if let seen = link.lag {
      lag = Measure(seconds: seen.value.appliedSeconds, at: seen.observedAt, source: "link \(link.id)")
      lagBytes = seen.value.appliedBytes
      if let applied = link.appliedPosition {
        keep(
          Sample(
            at: seen.observedAt, written: applied.rawValue + seen.value.appliedBytes, applied: applied.rawValue,
            rows: link.tables.reduce(0) { $0 + $1.rowsApplied }))
      }
    }
    // Where the heartbeat is not carried, the seconds are the link's own and tell nothing more.
    let carries = link.tables.contains { $0.name == "signalbox.heartbeat" && $0.state == .streaming }
    guard carries || link.lag == nil, let beat, let seconds = beat.value.lagSeconds else { return }
    heartbeat = Measure(
      seconds: seconds + LossEstimator.heartbeatAllowance.inSeconds, at: beat.observedAt, source: beat.source)
    if link.lag == nil { lagBytes = beat.value.lagBytes ?? lagBytes }
  }

  /// Of two measures the worse is believed.
  func loss(until stop: Timestamp) -> Loss? {
    let bounds = [lag, heartbeat].compactMap { $0 }.map { measure in
      (measure: measure, seconds: measure.seconds + unseen(since: measure.at, until: stop).inSeconds)
    }
    guard let worst = bounds.max(by: { $0.seconds < $1.seconds }) else { return nil }
    let unmeasured = unseen(since: lag?.at ?? worst.measure.at, until: stop).inSeconds
    let bytes = Double(lagBytes) + (peakBytesPerSecond ?? 0) * unmeasured
    let size = bytes.isFinite && bytes < 1e18 ? UInt64(bytes.rounded(.up)) : UInt64(1e18)
    return Loss(
      estimate: LossEstimate(seconds: worst.seconds, bytes: size, rows: rows(in: size)), measuredAt: worst.measure.at,
      source: worst.measure.source, obstacle: obstacle)
  }

  private func unseen(since measured: Timestamp, until stop: Timestamp) -> Duration { max(.zero, stop - measured) }

  private mutating func keep(_ sample: Sample) {
    if let last = samples.last {
      // Positions that go back are another log's.
      if sample.written < last.written || sample.applied < last.applied || sample.rows < last.rows { samples = [] }
      if samples.last.map({ sample.at - $0.at < .seconds(1) }) == true { return }
    }
    samples.append(sample)
    if samples.count > 60 { samples.removeFirst() }
  }

  /// The highest rate of the last minute: what was written unseen may have been a burst.
  private var peakBytesPerSecond: Double? {
    zip(samples, samples.dropFirst()).map { before, after in
      Double(after.written - before.written) / (after.at - before.at).inSeconds
    }.max()
  }

  /// By the mean size, in the log, of the rows applied lately.
  private func rows(in bytes: UInt64) -> Int? {
    guard let first = samples.first, let last = samples.last, last.rows > first.rows, last.applied > first.applied
    else { return nil }
    let mean = Double(last.applied - first.applied) / Double(last.rows - first.rows)
    return Int((Double(bytes) / mean).rounded(.up))
  }

  private static func obstacle(of link: ReplicationLinkSnapshot) -> String? {
    if link.state == .baseline { return "\(link.target) is still being copied" }
    let missing = link.tables.filter { [.waiting, .copying, .parked].contains($0.state) }
    guard let first = missing.first, let names = missing.briefly else { return nil }
    return "\(link.target) does not have all of \(names): \(first.reason ?? first.state.rawValue)"
  }
}
