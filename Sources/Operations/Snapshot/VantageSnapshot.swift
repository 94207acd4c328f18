/// One vantage's view of one cloud.
public struct VantageSnapshot: Sendable, Equatable, Codable {
  public var id: VantageID
  /// The network the vantage stands on; a quorum counts networks, not only vantages.
  public var network: String
  public var health: Health
  /// The last probe's outcome for a person: `200 in 12 ms`, `connection refused`.
  public var detail: String
  public var timing: ProbeTiming?
  public var lastProbeAt: Timestamp?
  /// What the cloud's application told it of its own database; nil where the probe does not ask.
  public var database: Observation<DatabaseWord>?

  public init(
    id: VantageID, network: String, health: Health, detail: String, timing: ProbeTiming? = nil,
    lastProbeAt: Timestamp? = nil
  ) {
    self.id = id
    self.network = network
    self.health = health
    self.detail = detail
    self.timing = timing
    self.lastProbeAt = lastProbeAt
  }
}
