/// One thing that must be so before the engine acts by itself: the ledger answers at any moment why it does not.
public struct FailoverCondition: Sendable, Equatable, Codable {
  /// One vantage's part in it.
  public struct Voice: Sendable, Equatable, Codable {
    public var vantage: VantageID
    /// The network it stands on; a quorum counts networks, not only vantages.
    public var network: String
    /// What it says; `unknown` for one that says nothing, or said it too long ago.
    public var health: Health
    /// `connection refused`.
    public var detail: String
    /// Age of what it says; nil when it never said anything.
    public var ageSeconds: Double?

    public init(vantage: VantageID, network: String, health: Health, detail: String, ageSeconds: Double?) {
      self.vantage = vantage
      self.network = network
      self.health = health
      self.detail = detail
      self.ageSeconds = ageSeconds
    }
  }

  /// Stable, for commands and docs: `primary-down`, `quorum`, `target-healthy`, `loss-within-rpo`.
  public var name: String
  /// Whether it is so. Unknown counts as not.
  public var isMet: Bool
  /// What was seen, for a person: `2/3 vantages on 2 networks say down`.
  public var detail: String
  /// Age of the oldest observation that it stands on; nil where it stands on none.
  public var ageSeconds: Double?
  /// By vantage, where vantages are what it stands on; else empty.
  public var voices: [Voice]

  public init(name: String, isMet: Bool, detail: String, ageSeconds: Double? = nil, voices: [Voice] = []) {
    self.name = name
    self.isMet = isMet
    self.detail = detail
    self.ageSeconds = ageSeconds
    self.voices = voices
  }
}
