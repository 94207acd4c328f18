import Histogram
import Operations

/// How late probes began, since the engine began.
public struct ProbeDrift: Sendable, Equatable {
  public var count: Int
  public var p50Milliseconds: Double
  public var p99Milliseconds: Double
  public var maximumMilliseconds: Double
}

/// Collects lateness.
struct DriftRecorder: Sendable {
  private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .two)

  mutating func record(_ lateness: Duration) { histogram.record(UInt64(max(1, lateness.wholeMicroseconds))) }

  var summary: ProbeDrift {
    guard histogram.totalCount > 0 else {
      return ProbeDrift(count: 0, p50Milliseconds: 0, p99Milliseconds: 0, maximumMilliseconds: 0)
    }
    func milliseconds(_ percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1000 }
    return ProbeDrift(
      count: Int(histogram.totalCount), p50Milliseconds: milliseconds(50), p99Milliseconds: milliseconds(99),
      maximumMilliseconds: milliseconds(100))
  }
}
