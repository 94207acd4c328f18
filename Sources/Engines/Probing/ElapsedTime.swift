/// Time since it was made, on a clock that is known only by its protocol.
struct ElapsedTime: Sendable {
  private let read: @Sendable () -> Duration

  init(_ clock: any Clock<Duration>) { read = Self.reader(clock) }

  private static func reader<C: Clock>(_ clock: C) -> @Sendable () -> Duration where C.Duration == Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  var now: Duration { read() }
}
