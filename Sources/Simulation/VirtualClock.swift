public import Operations
import Synchronization

/// A clock that stands still until it is moved.
public final class VirtualClock: Clock, Sendable {
  public struct Instant: InstantProtocol, Sendable {
    public var offset: Duration

    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }

    public func duration(to other: Instant) -> Duration { other.offset - offset }

    public static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    var id: UInt64
    var deadline: Duration
    var continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var offset = Duration.zero
    var nextID: UInt64 = 0
    var cancelled: Set<UInt64> = []
    var sleepers: [Sleeper] = []
  }

  private let state = Mutex(State())
  private let epoch: Timestamp

  public init(epoch: Timestamp = Timestamp(microsecondsSinceEpoch: 1_795_442_527_000_000)) { self.epoch = epoch }

  public var now: Instant { Instant(offset: state.withLock { $0.offset }) }

  public var minimumResolution: Duration { .nanoseconds(1) }

  /// The time of day, moving with this clock.
  public var wall: Wall { Wall(clock: self) }

  public struct Wall: WallClock {
    let clock: VirtualClock

    public func now() -> Timestamp { clock.epoch + clock.now.offset }
  }

  /// How many tasks sleep on this clock.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

  /// When the next sleeper wakes; nil when nobody sleeps.
  public var nextDeadline: Duration? { state.withLock { $0.sleepers.map(\.deadline).min() } }

  public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let outcome: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
          if deadline.offset <= state.offset { return .success(()) }
          state.sleepers.append(Sleeper(id: id, deadline: deadline.offset, continuation: continuation))
          return nil
        }
        if let outcome { continuation.resume(with: outcome) }
      }
    } onCancel: {
      cancel(id)
    }
  }

  private func cancel(_ id: UInt64) {
    let sleeper = state.withLock { state -> Sleeper? in
      guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.sleepers.remove(at: index)
    }
    sleeper?.continuation.resume(throwing: CancellationError())
  }

  /// Moves to the next sleeper's deadline and wakes those who are due, in the order in which they fell asleep.
  ///
  /// - Returns: how many were woken.
  @discardableResult
  public func advanceToNext() -> Int {
    guard let next = nextDeadline else { return 0 }
    return advance(to: next)
  }

  @discardableResult
  public func advance(to offset: Duration) -> Int {
    let due = state.withLock { state in
      state.offset = max(state.offset, offset)
      let due = state.sleepers.filter { $0.deadline <= state.offset }
      state.sleepers.removeAll { $0.deadline <= state.offset }
      return due
    }
    for sleeper in due { sleeper.continuation.resume() }
    return due.count
  }
}
