public import Operations

/// A cloud's health has changed.
public struct ProbingChange: Sendable, Equatable {
  public var cloud: CloudID
  public var from: Health
  public var verdict: HealthVerdict

  public init(cloud: CloudID, from: Health, verdict: HealthVerdict) {
    self.cloud = cloud
    self.from = from
    self.verdict = verdict
  }
}
