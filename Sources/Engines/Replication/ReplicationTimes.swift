/// How often and how long the engine looks, waits and tries. No other figure of time is hidden in it.
public struct ReplicationTimes: Sendable {
  /// Between two looks at slot, clocks and schemas, while a link streams or a host only looks.
  public var inspection: Duration = .seconds(5)
  /// Between two looks at a position that is waited for.
  public var poll: Duration = .milliseconds(100)
  /// A drain or a copy that comes no further for so long is given up.
  public var patience: Duration = .seconds(60)

  public init() {}
}
