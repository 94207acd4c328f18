/// How long the performer of role steps waits and tries. No other figure of time is hidden in it.
public struct RoleTimes: Sendable {
  /// The longest that clients may have been told to keep an answer.
  public var ttl: Duration
  /// Waited beyond the end of a lease: what the clocks may differ by, and something on top.
  public var leaseMargin: Duration = .seconds(1)
  /// A database that does not answer is tried so often.
  public var attempts = 3
  /// Between two attempts.
  public var pause: Duration = .milliseconds(500)
  /// Between two looks at what is waited for.
  public var poll: Duration = .seconds(1)
  /// A cloud that still gets traffic so long after its TTL has passed is not drained.
  public var drainPatience: Duration = .seconds(300)

  public init(ttl: Duration) { self.ttl = ttl }
}
