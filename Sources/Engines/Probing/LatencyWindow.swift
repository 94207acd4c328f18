import Histogram
import Operations

/// Latencies of a sliding window, in rotating sub-windows: as one fills, the oldest is forgotten.
struct LatencyWindow: Sendable {
  private static let parts = 6
  /// An hour, in microseconds; anything longer is as bad.
  private static let longest: UInt64 = 3_600_000_000

  private let span: Duration
  private var histograms: [Histogram<UInt32>] = []
  /// Which sub-window of time the newest histogram belongs to.
  private var newest: Int64 = .min

  private var judged: (at: Timestamp, summary: LatencySummary?)?

  init(_ window: Duration) { span = window / Self.parts }

  mutating func record(milliseconds: Double, at now: Timestamp) {
    rotate(to: now)
    guard let last = histograms.indices.last else { return }
    let microseconds = UInt64(max(1, min(milliseconds * 1000, Double(Self.longest))))
    histograms[last].record(microseconds)
  }

  /// Nil when the window is empty.
  mutating func summary(at now: Timestamp) -> LatencySummary? {
    rotate(to: now)
    // The widest one takes the others in without growing.
    guard let widest = histograms.indices.max(by: { histograms[$0].maxRecorded < histograms[$1].maxRecorded })
    else { return nil }
    var merged = histograms[widest]
    for index in histograms.indices where index != widest { merged.add(histograms[index]) }
    guard merged.totalCount > 0 else { return nil }
    return LatencySummary(
      p50Milliseconds: Double(merged.valueAtPercentile(50)) / 1000,
      p99Milliseconds: Double(merged.valueAtPercentile(99)) / 1000, count: Int(merged.totalCount))
  }

  /// ``summary(at:)`` as of at most a second ago: adding up histograms with every probe would cost more than the probe.
  mutating func recentSummary(at now: Timestamp) -> LatencySummary? {
    if let judged, now >= judged.at, now - judged.at < .seconds(1) { return judged.summary }
    let summary = summary(at: now)
    judged = (now, summary)
    return summary
  }

  /// No latency of the window is above it.
  mutating func maximumMilliseconds(at now: Timestamp) -> Double {
    rotate(to: now)
    return Double(histograms.reduce(0) { max($0, $1.maxRecorded) }) / 1000
  }

  private mutating func rotate(to now: Timestamp) {
    let current = now.microsecondsSinceEpoch / max(1, span.wholeMicroseconds)
    // A clock set back fills the newest sub-window a little longer.
    guard current > newest else { return }
    let steps = histograms.isEmpty ? 1 : min(Int64(Self.parts), current - newest)
    for _ in 0..<steps {
      guard histograms.count == Self.parts else {
        histograms.append(Histogram<UInt32>(numberOfSignificantValueDigits: .two))
        continue
      }
      // A forgotten one serves again, and need not grow again.
      var oldest = histograms.removeFirst()
      oldest.reset()
      histograms.append(oldest)
    }
    newest = current
  }
}
