/// One thing that must be so before the engine acts by itself: the ledger answers at any moment why it does not.
public struct FailoverCondition: Sendable, Equatable, Codable {
  /// Stable, for commands and docs: `primary-down`, `quorum`, `target-healthy`, `loss-within-rpo`.
  public var name: String
  /// Whether it is so. Unknown counts as not.
  public var isMet: Bool
  /// What was seen, for a person: `2/3 vantages on 2 networks say down for 3.1 s`.
  public var detail: String
  /// Age of the oldest observation that it stands on; nil where it stands on none.
  public var ageSeconds: Double?

  public init(name: String, isMet: Bool, detail: String, ageSeconds: Double? = nil) {
    self.name = name
    self.isMet = isMet
    self.detail = detail
    self.ageSeconds = ageSeconds
  }
}
