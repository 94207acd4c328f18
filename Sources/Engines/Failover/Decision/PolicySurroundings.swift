public import Operations

/// What else is configured that a failover policy must fit.
public struct PolicySurroundings: Sendable {
  /// Of the record set.
  public var ttl: Duration
  /// The longest way from a cloud's death to the verdict `down`.
  public var detection: Duration
  /// The network of each vantage.
  public var vantageNetworks: [String]
  public var clouds: [CloudID]
  /// Clouds whose database is known.
  public var databases: [CloudID]
  /// Pairs of clouds that a replication link joins, in either direction.
  public var links: [(CloudID, CloudID)]
  /// How long a controller waits that takes over from one that vanished; nil where it takes over on one machine, and
  /// takes up what the other had begun.
  public var lockDelay: Duration?

  public init(
    ttl: Duration, detection: Duration, vantageNetworks: [String], clouds: [CloudID], databases: [CloudID],
    links: [(CloudID, CloudID)]
  ) {
    self.ttl = ttl
    self.detection = detection
    self.vantageNetworks = vantageNetworks
    self.clouds = clouds
    self.databases = databases
    self.links = links
  }

  func isLinked(_ one: CloudID, _ other: CloudID) -> Bool {
    links.contains { $0 == (one, other) || $0 == (other, one) }
  }
}
