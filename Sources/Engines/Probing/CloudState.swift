import Operations

/// All that is known of one cloud from probes.
struct CloudState: Sendable {
  struct Tally: Sendable {
    var succeeded = 0
    var total = 0
  }

  struct Latency: Sendable {
    var sum = 0.0
    var count = 0
  }

  let vantages: [ProbeVantage]
  var trackers: [VantageTracker]
  var latency: LatencyWindow
  var successes: SecondRing<Tally>
  var history: SecondRing<Latency>
  var targets: Observation<TargetGroupSnapshot>?
  var verdict: HealthVerdict
  var lastSuccessAt: Timestamp?
  /// Whether the p99 is what made the cloud degraded; it must fall well below the limit to clear it.
  var isSlow = false

  init(vantages: [ProbeVantage], settings: ProbingSettings, at now: Timestamp) {
    self.vantages = vantages
    trackers = vantages.map { _ in VantageTracker() }
    latency = LatencyWindow(settings.window)
    successes = SecondRing(length: Int(max(1, settings.window.components.seconds)), empty: Tally())
    history = SecondRing(length: settings.historyLength, empty: Latency())
    verdict = HealthVerdict(health: .unknown, reasons: ["no probe yet"], since: now)
  }

  mutating func apply(_ result: ProbeResult, vantage: Int, at now: Timestamp, _ settings: ProbingSettings) {
    trackers[vantage].apply(result, at: now, settings)
    switch result.outcome {
    case .inconclusive: return
    case .rejected, .unreachable: successes.update(at: now) { $0.total += 1 }
    case .success:
      lastSuccessAt = now
      successes.update(at: now) { tally in
        tally.total += 1
        tally.succeeded += 1
      }
      guard let milliseconds = result.timing?.totalMilliseconds else { return }
      latency.record(milliseconds: milliseconds, at: now)
      history.update(at: now) { cell in
        cell.sum += milliseconds
        cell.count += 1
      }
    }
  }

  /// When a probe last said anything of the cloud.
  var lastConclusiveAt: Timestamp? { trackers.compactMap(\.lastConclusiveAt).max() }
}
