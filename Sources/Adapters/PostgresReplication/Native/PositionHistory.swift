import Operations

/// Where the source's log ended at which time: from it follows how old the newest change is that has come somewhere,
/// when nobody tells its commit time. Pure.
struct PositionHistory: Sendable {
  private struct Sample {
    var position: LSN
    var time: Timestamp
  }

  private var samples: [Sample] = []
  private static let limit = 4096

  /// - Parameter time: on the source's clock; both grow.
  mutating func add(_ position: LSN, at time: Timestamp) {
    if let last = samples.last, last.position >= position {
      samples[samples.count - 1].time = time
      return
    }
    samples.append(Sample(position: position, time: time))
    // A target far behind is measured more coarsely instead of with more memory.
    if samples.count > Self.limit {
      samples = samples.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    }
  }

  /// The newest time at which everything that the source had was before `position`; nil when that is too long ago.
  func time(at position: LSN) -> Timestamp? { samples.last { $0.position <= position }?.time }

  /// What is no longer asked for may go.
  mutating func forget(before position: LSN) {
    guard let newest = samples.lastIndex(where: { $0.position <= position }) else { return }
    samples.removeFirst(newest)
  }
}
