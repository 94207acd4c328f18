import Operations

/// Measures replication lag in seconds by heartbeats, all on the primary's clock, so that clock skew between the
/// databases does not count. Pure.
struct LagTracker {
  /// Heartbeats seen at the primary, oldest first.
  private var beats: [Timestamp] = []
  private let limit = 7200

  /// The newest heartbeat that the primary holds.
  mutating func primaryHolds(_ beat: Timestamp) {
    // An earlier one means another database or a clock set back: the old beats say nothing about it.
    if let last = beats.last, beat < last { beats = [] }
    guard beats.last != beat else { return }
    beats.append(beat)
    if beats.count > limit { beats.removeFirst() }
  }

  mutating func reset() { beats = [] }

  /// How long the oldest heartbeat that has not arrived has been waiting; 0 when all have arrived.
  ///
  /// - Parameters:
  ///   - arrived: the newest heartbeat that the secondary holds; nil when it holds none.
  ///   - primaryClock: the primary's clock now.
  func lagSeconds(arrived: Timestamp?, primaryClock: Timestamp) -> Double? {
    guard let newest = beats.last else { return nil }
    guard let arrived else { return beats.first.map { max(0, (primaryClock - $0).inSeconds) } }
    if arrived >= newest { return 0 }
    let waiting = beats.first { $0 > arrived } ?? newest
    return max(0, (primaryClock - waiting).inSeconds)
  }
}
