public import Operations

/// What came of a drill: all that its report says, in every format.
public struct DrillReport: Sendable, Equatable, Codable {
  public struct Run: Sendable, Equatable, Codable {
    /// From 1.
    public var number: Int
    public var begunAt: Timestamp
    public var figures: [Figure]
    /// Mean latency before the fault, by cloud.
    public var latencies: [Latency]
    public var failuresByReason: [String: Int]
    public var rowChecks: [RowCheck]
    public var sides: SidesCheck?
    public var timeline: [DrillMark]
    public var steps: [Timeline.Step]
    public var seconds: [SecondSample]
    /// When healing began, since the fault.
    public var healedSeconds: Double?
    public var troubles: [String]

    public func value(_ name: FigureName) -> FigureValue? { figures.first { $0.name == name }?.value }
  }

  public struct Latency: Sendable, Equatable, Codable {
    public var cloud: String
    public var value: FigureValue
  }

  public enum Verdict: String, Sendable, Codable {
    case passed, failed
    /// Some aim could not be judged, or there are fewer runs than were asked for.
    case incomplete
  }

  public var name: DrillName
  public var purpose: String
  public var madeAt: Timestamp
  public var ground: DrillGround
  public var settings: DrillSettings
  /// In the order in which figures and charts name them.
  public var clouds: [String]
  public var subject: CloudID
  public var runs: [Run]
  public var figures: [FigureSummary]
  public var latencies: [LatencySummary]
  public var verdict: Verdict
  /// Why there are fewer runs than were asked for.
  public var endedEarly: String?

  public struct LatencySummary: Sendable, Equatable, Codable {
    public var cloud: String
    public var median: FigureValue
    public var worst: FigureValue
    /// The old report's, where there were as many users.
    public var reportedMilliseconds: Double?
  }

  /// What was not measured, each with the reason, once.
  public var notMeasured: [String] {
    figures.compactMap { summary in
      guard case .notMeasured(let reason) = summary.worst else { return nil }
      return "\(summary.name.title): \(reason)"
    }
  }

  public var troubles: [String] {
    runs.flatMap { run in run.troubles.map { "run \(run.number): \($0)" } }
      + (endedEarly.map { ["ended after \(runs.count) runs: \($0)"] } ?? [])
  }

  /// The run that charts show: the one in which users waited longest.
  public var shown: Run? {
    runs.max { ($0.value(.usersServed)?.rank ?? -1) < ($1.value(.usersServed)?.rank ?? -1) }
  }
}
