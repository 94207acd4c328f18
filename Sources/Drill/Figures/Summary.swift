/// One figure over all runs.
public struct FigureSummary: Sendable, Equatable, Codable {
  public var name: FigureName
  public var unit: FigureName.Unit
  public var median: FigureValue
  public var worst: FigureValue
  /// Of how many runs there is a value; the others did not measure it.
  public var runs: Int
  public var aim: DrillAim?
  /// Nil where there is no aim, or nothing to hold against it.
  public var isMet: Bool?

  /// - Parameter values: of each run.
  public init(_ name: FigureName, _ values: [FigureValue], aim: DrillAim? = nil) {
    self.name = name
    unit = name.unit
    let ranked = values.filter { $0.rank != nil }.sorted { ($0.rank ?? 0) < ($1.rank ?? 0) }
    runs = ranked.count
    worst = ranked.last ?? values.first ?? .notMeasured("there was no run")
    median = Self.middle(ranked) ?? worst
    self.aim = aim
    isMet = aim.flatMap { aim in (aim.judged == .median ? median : worst).rank.map { $0 <= aim.limit } }
  }

  /// Of an even number, the mean of the two in the middle; where the upper of them never came, that one.
  private static func middle(_ ranked: [FigureValue]) -> FigureValue? {
    guard !ranked.isEmpty else { return nil }
    let upper = ranked[ranked.count / 2]
    guard ranked.count.isMultiple(of: 2), let high = upper.number, let low = ranked[ranked.count / 2 - 1].number
    else { return upper }
    return .measured((low + high) / 2)
  }
}
