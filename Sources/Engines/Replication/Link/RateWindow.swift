import Operations

/// Counts over the last seconds. Pure.
struct RateWindow: Sendable, Equatable {
  private struct Entry: Sendable, Equatable {
    var at: Timestamp
    var count: Double
  }

  private let width: Duration
  private var entries: [Entry] = []
  private var began: Timestamp?

  init(width: Duration) { self.width = width }

  mutating func add(_ count: Double, at now: Timestamp) {
    if began == nil { began = now }
    forget(before: now - width)
    entries.append(Entry(at: now, count: count))
  }

  /// Per second over the window, or over the time since the first count while that is shorter, 1 s at least.
  func perSecond(at now: Timestamp) -> Double {
    guard let began else { return 0 }
    let sum = entries.reduce(0) { $0 + ($1.at > now - width ? $1.count : 0) }
    return sum / min(width, max(.seconds(1), now - began)).inSeconds
  }

  private mutating func forget(before: Timestamp) {
    if let first = entries.firstIndex(where: { $0.at > before }) {
      entries.removeFirst(first)
    } else {
      entries = []
    }
  }
}
