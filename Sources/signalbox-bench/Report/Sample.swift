/// One quantity, measured several times.
struct Sample: Codable, Equatable {
  var median: Double
  var minimum: Double
  var maximum: Double
  var count: Int

  /// Nil when nothing was measured.
  init?(_ values: [Double]) {
    let sorted = values.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let middle = sorted.count / 2
    median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    minimum = first
    maximum = last
    count = sorted.count
  }
}

extension [Double] {
  /// The value that a share of all are not above.
  ///
  /// - Parameter share: 0 to 1.
  func percentile(_ share: Double) -> Double? {
    guard !isEmpty else { return nil }
    let rank = Int((share * Double(count)).rounded(.up))
    return sorted()[Swift.min(count, Swift.max(1, rank)) - 1]
  }
}
