/// The bounds of a pool.
public struct PostgresPoolLimits: Sendable, Equatable {
  /// Sessions open at once.
  public var connections: Int
  /// Callers waiting at once for a session; more are refused at once.
  public var waiting: Int
  /// The time allowed to open a session.
  public var connectTimeout: Duration
  /// A session that is older is replaced, so that changed roles, settings and addresses take effect.
  public var lifetime: Duration
  /// After a failure to connect, callers get the same answer for this long without another attempt.
  public var pauseAfterFailure: Duration
  /// After sessions were replaced because one was refused a write, no refusal replaces them again for this long.
  public var pauseAfterRefusal: Duration

  public init(
    connections: Int, waiting: Int = 1000, connectTimeout: Duration = .seconds(4), lifetime: Duration = .seconds(600),
    pauseAfterFailure: Duration = .milliseconds(250), pauseAfterRefusal: Duration = .milliseconds(500)
  ) {
    self.connections = connections
    self.waiting = waiting
    self.connectTimeout = connectTimeout
    self.lifetime = lifetime
    self.pauseAfterFailure = pauseAfterFailure
    self.pauseAfterRefusal = pauseAfterRefusal
  }
}

/// A pool at one moment.
public struct PostgresPoolUsage: Sendable, Equatable {
  public var inUse: Int
  public var idle: Int
  public var waiting: Int
  public var limit: Int
}
