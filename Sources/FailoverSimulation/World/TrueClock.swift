import Operations

/// True time, for what stands at a third site.
///
/// Only the thread that runs the simulation touches it.
final class TrueClock: Clock, @unchecked Sendable {
  struct Instant: InstantProtocol {
    var offset: Duration

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

    func duration(to other: Instant) -> Duration { other.offset - offset }

    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  weak var world: World?

  var now: Instant { Instant(offset: world?.elapsed ?? .zero) }

  var minimumResolution: Duration { .microseconds(1) }

  /// Only faults of the simulated site sleep, and none of those is used here: lines have their own.
  func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws { try Task.checkCancellation() }
}

extension TrueClock {
  var wall: Wall { Wall(clock: self) }

  struct Wall: WallClock {
    let clock: TrueClock

    func now() -> Timestamp { World.epoch + clock.now.offset }
  }
}
