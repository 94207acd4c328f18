/// What a comparison of a table's rows on both sides found.
public struct VerifySummary: Sendable, Equatable, Codable {
  public var at: Timestamp
  public var rowsCompared: Int
  /// Rows that differed at rest: only at the source, only at the target, or unlike.
  public var missing: Int
  public var surplus: Int
  public var unlike: Int
  /// Whether the comparison ended because so many differ that the table is better copied anew: there may be more.
  public var endedEarly: Bool
  /// Rows that differed at first and were equal once the changes under way had arrived.
  public var inFlight: Int
  /// Rows that changed at every look and could not be held still: whether they are equal is not known.
  public var undecided: Int
  public var seconds: Double
  /// Why the comparison could not be finished; nil when it was.
  public var failure: String?

  public init(
    at: Timestamp, rowsCompared: Int = 0, missing: Int = 0, surplus: Int = 0, unlike: Int = 0, inFlight: Int = 0,
    undecided: Int = 0, seconds: Double = 0, failure: String? = nil, endedEarly: Bool = false
  ) {
    self.at = at
    self.rowsCompared = rowsCompared
    self.missing = missing
    self.surplus = surplus
    self.unlike = unlike
    self.inFlight = inFlight
    self.undecided = undecided
    self.seconds = seconds
    self.failure = failure
    self.endedEarly = endedEarly
  }

  public var differences: Int { missing + surplus + unlike }

  /// Proven equal: compared to the end without a difference.
  public var isEqual: Bool { failure == nil && differences == 0 && undecided == 0 }

  /// `3`, `at least 1004`.
  public var differencesWords: String { "\(endedEarly ? "at least " : "")\(differences)" }

  /// What is said of ``undecided`` rows; nil when there are none.
  public var undecidedWords: String? {
    guard undecided > 0 else { return nil }
    let (rows, rest) = undecided == 1 ? ("1 row", "it rests") : ("\(undecided) rows", "they rest")
    return "\(rows) changed at every look and could not be compared: again when \(rest)"
  }
}

extension VerifySummary {
  /// Summaries of earlier versions are read as well.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      at: try values.decode(Timestamp.self, forKey: .at),
      rowsCompared: try values.decode(Int.self, forKey: .rowsCompared),
      missing: try values.decode(Int.self, forKey: .missing), surplus: try values.decode(Int.self, forKey: .surplus),
      unlike: try values.decode(Int.self, forKey: .unlike), inFlight: try values.decode(Int.self, forKey: .inFlight),
      undecided: try values.decodeIfPresent(Int.self, forKey: .undecided) ?? 0,
      seconds: try values.decode(Double.self, forKey: .seconds),
      failure: try values.decodeIfPresent(String.self, forKey: .failure),
      endedEarly: try values.decodeIfPresent(Bool.self, forKey: .endedEarly) ?? false)
  }
}
