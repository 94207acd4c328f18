import FoundationEssentials
public import Operations

/// The machine's own clock.
public struct ConsoleClock: WallClock {
  public init() {}

  public func now() -> Timestamp { Timestamp(secondsSinceEpoch: Date().timeIntervalSince1970) }
}
