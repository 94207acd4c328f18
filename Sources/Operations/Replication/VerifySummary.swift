/// What a comparison of a table's rows on both sides found.
public struct VerifySummary: Sendable, Equatable, Codable {
  public var at: Timestamp
  public var rowsCompared: Int
  /// Rows that differed at rest: only at the source, only at the target, or unlike.
  public var missing: Int
  public var surplus: Int
  public var unlike: Int
  /// Rows that differed at first and were equal once the changes under way had arrived.
  public var inFlight: Int
  public var seconds: Double
  /// Why the comparison could not be finished; nil when it was.
  public var failure: String?

  public init(
    at: Timestamp, rowsCompared: Int = 0, missing: Int = 0, surplus: Int = 0, unlike: Int = 0, inFlight: Int = 0,
    seconds: Double = 0, failure: String? = nil
  ) {
    self.at = at
    self.rowsCompared = rowsCompared
    self.missing = missing
    self.surplus = surplus
    self.unlike = unlike
    self.inFlight = inFlight
    self.seconds = seconds
    self.failure = failure
  }

  public var differences: Int { missing + surplus + unlike }

  /// Proven equal: compared to the end without a difference.
  public var isEqual: Bool { failure == nil && differences == 0 }
}
