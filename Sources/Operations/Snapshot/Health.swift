/// What is known of a cloud's health. `unknown` is never treated as `healthy`, nor as `down`.
public enum Health: String, Sendable, Hashable, Codable, CaseIterable {
  case healthy, degraded, down, unknown
}

/// A verdict over the vantages, always with its reasons.
public struct HealthVerdict: Sendable, Equatable, Codable {
  public var health: Health
  /// What led to the verdict, most telling first, each a phrase for a person: `no answer from 3/3 vantages for 4 s`.
  public var reasons: [String]
  /// Since when `health` has been as it is.
  public var since: Timestamp

  public init(health: Health, reasons: [String], since: Timestamp) {
    self.health = health
    self.reasons = reasons
    self.since = since
  }
}
