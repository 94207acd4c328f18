import Operations

/// What one vantage makes of one cloud: consecutive results against thresholds, so that a single packet lost changes
/// nothing, and a vantage that cannot speak is heard as silence.
struct VantageTracker: Sendable, Equatable {
  /// How many conclusive results the share of successes is judged on.
  static let recentLimit = 20

  /// Healthy or down as last settled; nil before the first verdict.
  private(set) var settled: Health?
  private(set) var failures = 0
  private(set) var successes = 0
  /// Consecutive probes that said nothing of the peer.
  private(set) var silences = 0
  private(set) var last: ProbeResult?
  private(set) var lastProbeAt: Timestamp?
  private(set) var lastConclusiveAt: Timestamp?
  /// When the present run of failures began, or the outage that it became.
  private(set) var failingSince: Timestamp?
  /// The newest failure there was.
  private(set) var lastFailure: ProbeResult.Outcome?
  /// Conclusive results since the cloud was last found healthy again, newest last.
  private(set) var recent: [Bool] = []
  /// What the cloud's application tells of its database.
  private(set) var database = DatabaseTracker()

  mutating func apply(_ result: ProbeResult, at now: Timestamp, _ settings: ProbingSettings) {
    last = result
    lastProbeAt = now
    if let report = result.database { database.apply(report, at: now, settings) }
    switch result.outcome {
    case .inconclusive: silences += 1
    case .success: succeed(at: now, settings)
    case .rejected, .unreachable:
      lastFailure = result.outcome
      fail(at: now, settings)
    }
  }

  private mutating func succeed(at now: Timestamp, _ settings: ProbingSettings) {
    conclude(true, at: now)
    successes += 1
    failures = 0
    // Nothing to recover from: the first success is as good as any.
    if settled == nil { settled = .healthy }
    if settled == .down, successes >= settings.successThreshold {
      settled = .healthy
      // An outage that is over says nothing about how well the cloud answers now.
      recent = []
    }
    if settled == .healthy { failingSince = nil }
  }

  private mutating func fail(at now: Timestamp, _ settings: ProbingSettings) {
    conclude(false, at: now)
    failures += 1
    successes = 0
    failingSince = failingSince ?? now
    if failures >= settings.failureThreshold { settled = .down }
  }

  private mutating func conclude(_ success: Bool, at now: Timestamp) {
    silences = 0
    lastConclusiveAt = now
    recent.append(success)
    if recent.count > Self.recentLimit { recent.removeFirst() }
  }

  /// What it has settled on, of the cloud and of its database.
  var voice: [Health?] { [settled, database.settled] }

  /// Healthy, down, or unknown when this vantage cannot speak.
  func health(at now: Timestamp, _ settings: ProbingSettings) -> Health {
    guard let settled, silences < settings.failureThreshold, let lastConclusiveAt,
      now - lastConclusiveAt <= settings.staleAfter
    else { return .unknown }
    return settled
  }

  /// Whether the next probe should come sooner, to know whether a failure lasts.
  var isConfirming: Bool { failures > 0 && settled != .down || database.isConfirming }

  /// Why ``health(at:_:)`` is unknown.
  func silence(at now: Timestamp) -> String {
    guard let last, let lastProbeAt else { return "no probe yet" }
    if case .inconclusive(let reason) = last.outcome { return reason }
    if settled == nil { return "\(failures) failures so far" }
    return "last probe \(DurationText.of(now - lastProbeAt)) ago"
  }

  /// The last outcome for a person: `200 in 12 ms`, `connection refused`.
  var detail: String {
    switch last?.outcome {
    case nil: "no probe yet"
    case .success(let status):
      [status.map(String.init) ?? "connected", (last?.timing?.totalMilliseconds).map { "in \(Int($0.rounded())) ms" }]
        .compactMap { $0 }.joined(separator: " ")
    case .rejected(let reason), .unreachable(let reason), .inconclusive(let reason): reason
    }
  }
}
