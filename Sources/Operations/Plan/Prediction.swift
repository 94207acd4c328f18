/// The verdict before the keystroke.
public struct Prediction: Sendable, Equatable, Codable {
  /// Until the last step is expected to be verified.
  public var seconds: Double
  /// Share of requests by cloud once clients have followed.
  public var shares: [CloudShare]
  /// Load over capacity by cloud afterwards, 1 = full; nil where load or capacity is not known.
  public var utilisation: [CloudUtilisation]
  /// Rows that would be lost; 0 for a plan that touches no database.
  public var rowsLost: Int

  public init(seconds: Double, shares: [CloudShare], utilisation: [CloudUtilisation], rowsLost: Int = 0) {
    self.seconds = seconds
    self.shares = shares
    self.utilisation = utilisation
    self.rowsLost = rowsLost
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
