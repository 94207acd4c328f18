/// The verdict before the keystroke.
public struct Prediction: Sendable, Equatable {
  /// Until the last step is expected to be verified.
  public var seconds: Double
  /// Share of requests by cloud once clients have followed.
  public var shares: [CloudShare]
  /// Load over capacity by cloud afterwards, 1 = full; nil where load or capacity is not known.
  public var utilisation: [CloudUtilisation]
  /// Rows that would be lost, at most; 0 for a plan that loses none, nil where it is not known.
  public var rowsLost: Int?
  /// The writes of the last so many seconds would be lost, at most; 0 for none, nil where it is not known.
  public var lossSeconds: Double?
  /// So many bytes of log would be lost, at most; 0 for none, nil where it is not known.
  public var lossBytes: UInt64?

  public init(
    seconds: Double, shares: [CloudShare], utilisation: [CloudUtilisation], rowsLost: Int? = 0,
    lossSeconds: Double? = 0, lossBytes: UInt64? = 0
  ) {
    self.seconds = seconds
    self.shares = shares
    self.utilisation = utilisation
    self.rowsLost = rowsLost
    self.lossSeconds = lossSeconds
    self.lossBytes = lossBytes
  }

  /// Whether it is known that nothing would be lost.
  public var losesNothing: Bool { rowsLost == 0 && lossSeconds == 0 && lossBytes == 0 }

  /// Whether it is not known how much would be lost.
  public var lossIsUnknown: Bool { lossSeconds == nil || lossBytes == nil }
}

extension Prediction: Codable {
  private enum CodingKeys: String, CodingKey { case seconds, shares, utilisation, rowsLost, lossSeconds, lossBytes }

  /// What is null is not known. What is absent was written before plans could lose anything.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seconds = try container.decode(Double.self, forKey: .seconds)
    shares = try container.decode([CloudShare].self, forKey: .shares)
    utilisation = try container.decode([CloudUtilisation].self, forKey: .utilisation)
    func loss<Value: Decodable & ExpressibleByIntegerLiteral>(_ key: CodingKeys) throws -> Value? {
      container.contains(key) ? try container.decode(Value?.self, forKey: key) : 0
    }
    rowsLost = try loss(.rowsLost)
    lossSeconds = try loss(.lossSeconds)
    lossBytes = try loss(.lossBytes)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(seconds, forKey: .seconds)
    try container.encode(shares, forKey: .shares)
    try container.encode(utilisation, forKey: .utilisation)
    try container.encode(rowsLost, forKey: .rowsLost)
    try container.encode(lossSeconds, forKey: .lossSeconds)
    try container.encode(lossBytes, forKey: .lossBytes)
  }
}

/// How full a cloud would be.
public struct CloudUtilisation: Sendable, Equatable, Codable {
  public var cloud: CloudID
  public var ratio: Double?

  public init(cloud: CloudID, ratio: Double?) {
    self.cloud = cloud
    self.ratio = ratio
  }
}
