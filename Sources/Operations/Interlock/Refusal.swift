/// A plan was not started: interlocks hold it that were not, or cannot be, overridden.
public struct Refusal: Error, Sendable, Equatable, Codable, CustomStringConvertible {
  public var holding: [InterlockVerdict]

  public init(holding: [InterlockVerdict]) { self.holding = holding }

  public var description: String {
    holding.map { verdict in
      let reason = verdict.hold?.reason ?? "holds"
      return "\(verdict.name): \(reason)"
    }.joined(separator: "; ")
  }

  /// Those of `verdicts` that still hold when an operator has overridden `names`.
  public static func judging(_ verdicts: [InterlockVerdict], overriding names: [InterlockName]) -> Refusal? {
    let holding = verdicts.filter { $0.isBlocked && !($0.overridability == .byName && names.contains($0.name)) }
    return holding.isEmpty ? nil : Refusal(holding: holding)
  }
}
