/// How clouds are probed and judged.
public struct ProbingSettings: Sendable, Equatable {
  /// From the start of a probe to the start of the next one of the same vantage and cloud.
  public var interval: Duration = .seconds(1)
  /// The share of the interval, 0 to 1, by which a probe may come early, so that vantages do not march in step.
  public var jitter = 0.1
  /// A probe is given up after it.
  public var timeout: Duration = .milliseconds(600)
  /// Consecutive failures until a vantage calls a cloud down.
  public var failureThreshold = 3
  /// Consecutive successes until it calls it healthy again.
  public var successThreshold = 2
  /// How many vantages must speak, and agree, for a verdict.
  public var quorumVantages = 1
  /// On how many networks they must stand.
  public var quorumNetworks = 1
  /// A p99 above it is degraded.
  public var degradedLatency: Duration = .milliseconds(500)
  /// A share of successful probes below it is degraded.
  public var degradedSuccessRatio = 0.9
  /// What latency percentiles and the success count look back on.
  public var window: Duration = .seconds(60)
  /// Seconds of history for sparklines.
  public var historyLength = 120

  public init() {}

  /// When a vantage that has said nothing of the peer no longer speaks for it.
  public var staleAfter: Duration { interval * (failureThreshold + 1) + timeout }

  /// The longest way from a peer's death to the verdict `down`: the probe before it was just answered, and each failure
  /// is confirmed half an interval after the one before it began, or at once when it took longer.
  public func detectionBound(failingAfter failure: Duration) -> Duration {
    interval + max(failure, interval / 2) * (failureThreshold - 1) + failure
  }
}
