/// A drill as it goes on, in the last two seconds.
public struct DrillSnapshot: Sendable, Equatable, Codable {
  /// `cloud-loss`.
  public var name: String
  /// What it does now, for a person.
  public var phase: String
  /// Nil before the fault.
  public var sinceFaultSeconds: Double?
  public var users: Int
  public var requestsPerSecond: Double
  public var failuresPerSecond: Double
  /// Of the users' requests.
  public var shares: [CloudShare]

  public init(
    name: String, phase: String, sinceFaultSeconds: Double?, users: Int, requestsPerSecond: Double,
    failuresPerSecond: Double, shares: [CloudShare]
  ) {
    self.name = name
    self.phase = phase
    self.sinceFaultSeconds = sinceFaultSeconds
    self.users = users
    self.requestsPerSecond = requestsPerSecond
    self.failuresPerSecond = failuresPerSecond
    self.shares = shares
  }
}
