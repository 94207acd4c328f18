import Operations

/// A process's own clock, which goes a little faster or slower than time does.
struct ProcessClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration

    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

    func duration(to other: Instant) -> Duration { other.offset - offset }

    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  let world: World
  let process: Process
  /// 1.01 runs one per cent fast.
  let rate: Double
  let skew: Duration

  var now: Instant { Instant(offset: .microseconds(Int64(Double(world.elapsed.wholeMicroseconds) * rate))) }

  var minimumResolution: Duration { .microseconds(1) }

  /// The time of day, by the same clock.
  var wall: Wall { Wall(clock: self) }

  struct Wall: WallClock {
    let clock: ProcessClock

    func now() -> Timestamp { World.epoch + clock.now.offset + clock.skew }
  }

  func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    try await process.gate()
    try Task.checkCancellation()
    guard deadline > now else { return }
    world.stayHere()
    let wait = Wait<Void>()
    process.track(wait)
    // A moment late, so that nobody wakes too early and sleeps again.
    let due = Double(deadline.offset.wholeMicroseconds) / rate + 1
    world.agenda.add(at: World.epoch + .microseconds(Int64(due)), .wake) { [process] in
      process.deliver { wait.end(.success(())) }
    }
    try await wait.value()
  }
}
