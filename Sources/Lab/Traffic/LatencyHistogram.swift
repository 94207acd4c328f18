/// Counts durations in buckets whose width is at most 1/64 of what they hold, from a microsecond to over an hour.
struct LatencyHistogram: Sendable {
  private var counts = [UInt32](repeating: 0, count: 28 * 64)
  private(set) var total = 0

  mutating func record(_ duration: Duration) {
    counts[Self.index(of: duration)] += 1
    total += 1
  }

  /// The duration that a share of all are not above; 0 when there is none.
  ///
  /// - Parameter share: 0 to 1; `0.99` for the ninety-ninth percentile.
  func milliseconds(at share: Double) -> Double {
    guard total > 0 else { return 0 }
    let wanted = max(1, Int((share * Double(total)).rounded(.up)))
    var seen = 0
    for (index, count) in counts.enumerated() where count > 0 {
      seen += Int(count)
      if seen >= wanted { return Double(Self.upperBound(of: index)) / 1000 }
    }
    return 0
  }

  /// Values below 64 have a bucket each; above, each power of two has 64.
  private static func index(of duration: Duration) -> Int {
    let microseconds = UInt64(max(0, duration / .microseconds(1)))
    let exponent = max(0, 63 - microseconds.leadingZeroBitCount - 6)
    let value = min(exponent, 26)
    return value * 64 + Int(min(microseconds >> UInt64(value), 127))
  }

  private static func upperBound(of index: Int) -> UInt64 {
    guard index >= 128 else { return UInt64(index) }
    let exponent = index / 64 - 1
    return (UInt64(index - exponent * 64) + 1) << UInt64(exponent)
  }
}
