/// What a figure should be.
enum Aim: Equatable {
  /// At most.
  case ours(Double)
  case ratio(Double)
  case ratioAtLeast(Double)

  func isMet(ours: Sample?, ratio: Sample?) -> Bool? {
    switch self {
    case .ours(let limit): ours.map { $0.median <= limit }
    case .ratio(let limit): ratio.map { $0.median <= limit }
    case .ratioAtLeast(let limit): ratio.map { $0.median >= limit }
    }
  }

  func text(unit: String) -> String {
    switch self {
    case .ours(let limit): limit == 0 ? "0" : "≤ \(NumberText.of(limit)) \(unit)"
    case .ratio(let limit): "ratio ≤ \(NumberText.of(limit))"
    case .ratioAtLeast(let limit): "ratio ≥ \(NumberText.of(limit))"
    }
  }
}
