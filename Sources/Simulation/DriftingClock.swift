/// A clock that runs faster or slower than another one.
public struct DriftingClock: Clock {
  private let base: VirtualClock
  private let rate: Double

  /// - Parameter rate: 1.05 runs five per cent fast.
  public init(_ base: VirtualClock, rate: Double) {
    self.base = base
    self.rate = rate
  }

  public var now: VirtualClock.Instant { VirtualClock.Instant(offset: base.now.offset * rate) }

  public var minimumResolution: Duration { base.minimumResolution }

  public func sleep(until deadline: VirtualClock.Instant, tolerance: Duration? = nil) async throws {
    // Rounded up, so that nobody wakes a moment too early and sleeps again.
    let due = VirtualClock.Instant(offset: deadline.offset / rate + .nanoseconds(1))
    try await base.sleep(until: due, tolerance: tolerance)
  }
}
