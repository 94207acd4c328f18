import Operations

/// When one vantage probes one cloud, in time since the engine began. A probe is planned when the one before it has
/// ended: two never overlap.
struct ProbeSchedule: Sendable, Equatable {
  private(set) var due: Duration

  /// - Parameter phase: 0 to 1, this schedule's place in the interval, so that not all begin at once.
  init(phase: Double, _ settings: ProbingSettings) { due = settings.interval * phase }

  /// Plans the probe after the one that was due at ``due``.
  ///
  /// - Parameters:
  ///   - isConfirming: it failed, and it is to be known soon whether that lasts.
  ///   - draw: 0 to 1, by chance.
  mutating func finished(
    startedAt: Duration, endedAt: Duration, isConfirming: Bool, draw: Double, _ settings: ProbingSettings
  ) {
    let next =
      isConfirming
      ? startedAt + settings.interval / 2
        // Counted from when it was due, not from when it began: lateness does not add up.
      : due + settings.interval * (1 - settings.jitter * draw)
    due = max(next, endedAt)
  }
}
