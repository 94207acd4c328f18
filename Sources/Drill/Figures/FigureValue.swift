/// What was measured; a number is never invented.
public enum FigureValue: Sendable, Equatable {
  case measured(Double)
  /// It was watched for, and did not come within this many seconds.
  case never(withinSeconds: Double)
  case notMeasured(String)

  /// In order of worse and worse; what never came is worse than any number.
  var rank: Double? {
    switch self {
    case .measured(let number): number
    case .never: .infinity
    case .notMeasured: nil
    }
  }

  public var number: Double? {
    if case .measured(let number) = self { return number }
    return nil
  }
}

extension FigureValue: Codable {
  private enum CodingKeys: String, CodingKey { case value, neverWithinSeconds, notMeasured }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let number = try container.decodeIfPresent(Double.self, forKey: .value) {
      self = .measured(number)
    } else if let seconds = try container.decodeIfPresent(Double.self, forKey: .neverWithinSeconds) {
      self = .never(withinSeconds: seconds)
    } else {
      self = .notMeasured(try container.decode(String.self, forKey: .notMeasured))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .measured(let number): try container.encode(number, forKey: .value)
    case .never(let seconds): try container.encode(seconds, forKey: .neverWithinSeconds)
    case .notMeasured(let reason): try container.encode(reason, forKey: .notMeasured)
    }
  }
}
