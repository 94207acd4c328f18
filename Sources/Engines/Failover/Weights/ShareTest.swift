public import Operations

/// Whether counted answers are what weights would give.
public enum ShareTest {
  /// Whether each cloud's count lies within `deviations` standard deviations of the binomial distribution that its
  /// weight gives. A share of 0 or 1 allows no exception.
  ///
  /// The default of 3.5 refuses a right answer about once in 2,000 tests (normal approximation of the binomial).
  public static func fits(_ counts: [CloudID: Int], weights: Weights, deviations: Double = 3.5) -> Bool {
    let total = Double(counts.values.reduce(0, +))
    guard total > 0 else { return false }
    return weights.clouds.allSatisfy { cloud in
      let share = weights.share(of: cloud)
      let count = Double(counts[cloud] ?? 0)
      if share == 0 || share == 1 { return count == total * share }
      let deviation = (total * share * (1 - share)).squareRoot()
      return abs(count - total * share) <= deviations * deviation + 0.5
    }
  }
}
