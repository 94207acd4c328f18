/// A share of something by cloud, 0 to 1.
public struct CloudShare: Sendable, Hashable, Codable {
  public var cloud: CloudID
  public var share: Double

  public init(cloud: CloudID, share: Double) {
    self.cloud = cloud
    self.share = share
  }
}

/// What the authoritative servers answered over a window of direct queries.
public struct AuthoritativeAnswers: Sendable, Equatable, Codable {
  public struct Server: Sendable, Equatable, Codable {
    public var address: String
    public var answering: Bool
    /// Empty while answering, else why not.
    public var reason: String

    public init(address: String, answering: Bool, reason: String = "") {
      self.address = address
      self.answering = answering
      self.reason = reason
    }
  }

  public var shares: [CloudShare]
  public var sampleCount: Int
  public var servers: [Server]
  /// Whether the sampled shares are what the configured weights would give, within statistical bounds; nil when
  /// either is unknown or there are too few samples.
  public var agrees: Bool?

  public init(shares: [CloudShare], sampleCount: Int, servers: [Server], agrees: Bool? = nil) {
    self.shares = shares
    self.sampleCount = sampleCount
    self.servers = servers
    self.agrees = agrees
  }
}

/// The weighted record set, from what is configured to what arrives.
public struct RecordSetSnapshot: Sendable, Equatable, Codable {
  public var name: String
  public var ttl: Duration
  /// The provider as an operator names it: `PowerDNS`.
  public var provider: String
  public var configured: Observation<Weights>?
  public var authoritative: Observation<AuthoritativeAnswers>?
  /// Share of user requests seen at the load balancers over a sliding window.
  public var observedShares: Observation<[CloudShare]>?
  public var lastChangedAt: Timestamp?

  public init(name: String, ttl: Duration, provider: String) {
    self.name = name
    self.ttl = ttl
    self.provider = provider
  }

  /// When clients that honour the TTL have all asked again after the last change.
  public var settlesAt: Timestamp? { lastChangedAt.map { $0 + ttl } }

  private enum CodingKeys: String, CodingKey {
    case name, ttlSeconds, provider, configured, authoritative, observedShares, lastChangedAt
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    ttl = .seconds(try container.decode(Int.self, forKey: .ttlSeconds))
    provider = try container.decode(String.self, forKey: .provider)
    configured = try container.decodeIfPresent(Observation<Weights>.self, forKey: .configured)
    authoritative = try container.decodeIfPresent(Observation<AuthoritativeAnswers>.self, forKey: .authoritative)
    observedShares = try container.decodeIfPresent(Observation<[CloudShare]>.self, forKey: .observedShares)
    lastChangedAt = try container.decodeIfPresent(Timestamp.self, forKey: .lastChangedAt)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(ttl.components.seconds, forKey: .ttlSeconds)
    try container.encode(provider, forKey: .provider)
    try container.encodeIfPresent(configured, forKey: .configured)
    try container.encodeIfPresent(authoritative, forKey: .authoritative)
    try container.encodeIfPresent(observedShares, forKey: .observedShares)
    try container.encodeIfPresent(lastChangedAt, forKey: .lastChangedAt)
  }
}
