/// How a lease that expires is kept.
public struct LeaseSettings: Sendable, Equatable {
  /// Without a renewal the other side gives the lease away after this time.
  public var ttl: Duration
  /// How long a new holder waits after one that vanished, so that what the old one had begun is over by then. Consul's
  /// lock-delay, and its default.
  public var lockDelay: Duration

  public init(ttl: Duration = .seconds(15), lockDelay: Duration = .seconds(15)) {
    self.ttl = ttl
    self.lockDelay = lockDelay
  }

  /// The holder stops trusting the lease this long before the other side gives it away: for clocks that run at
  /// different speeds, and for a mutation that was begun in the last moment.
  public var margin: Duration { max(ttl / 5, .seconds(1)) }

  /// How long a renewal is trusted, from when it was asked for.
  public var trusted: Duration { ttl - margin }

  public var renewalInterval: Duration { ttl / 3 }

  /// After a renewal that failed.
  public var retryInterval: Duration { ttl / 15 }
}
