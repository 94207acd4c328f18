/// Tells the time of day. Engines are handed one; only the host's root makes the real one.
public protocol WallClock: Sendable {
  func now() -> Timestamp
}
