import Operations

/// What one vantage was told of one cloud's database: consecutive words against the thresholds that hold for the cloud
/// itself, so that one instance that has lost its database for a moment changes nothing.
struct DatabaseTracker: Sendable, Equatable {
  /// Healthy or down as last settled; nil before the first word.
  private(set) var settled: Health?
  private(set) var failures = 0
  private(set) var successes = 0
  private(set) var last: DatabaseReport?
  private(set) var toldAt: Timestamp?
  /// When it settled as it is.
  private(set) var settledAt: Timestamp?

  mutating func apply(_ report: DatabaseReport, at now: Timestamp, _ settings: ProbingSettings) {
    let before = settled
    defer { if settled != before { settledAt = now } }
    last = report
    toldAt = now
    if report.isReachable {
      successes += 1
      failures = 0
      // Nothing to recover from: the first good word is as good as any.
      if settled == nil || settled == .down && successes >= settings.successThreshold { settled = .healthy }
    } else {
      failures += 1
      successes = 0
      if failures >= settings.failureThreshold { settled = .down }
    }
  }

  /// Whether the next probe should come sooner, to know whether a failure lasts.
  var isConfirming: Bool { failures > 0 && settled != .down }

  /// Nil where the application never said anything of it.
  func word(source: String, _ settings: ProbingSettings) -> Observation<DatabaseWord>? {
    guard let last, let toldAt else { return nil }
    let word = DatabaseWord(
      health: settled ?? .unknown, isWritable: last.isWritable, detail: Self.detail(last), since: settledAt)
    return Observation(word, source: source, observedAt: toldAt, staleAfter: settings.staleAfter)
  }

  private static func detail(_ report: DatabaseReport) -> String {
    guard report.isReachable else { return report.reason ?? "not reachable" }
    return switch report.isWritable {
    case true?: "writable"
    case false?: "read only"
    case nil: "reachable"
    }
  }
}
