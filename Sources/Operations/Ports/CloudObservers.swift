/// A cloud's load balancer, read only.
public protocol LoadBalancerObserver: Sendable {
  /// `HAProxy at 127.77.1.10`.
  var name: String { get }
  func observe() async throws -> TargetGroupSnapshot
}

/// A cloud's database, read only.
public protocol DatabaseObserver: Sendable {
  /// `PostgreSQL at 127.77.1.20`.
  var name: String { get }
  func observe() async throws -> DatabaseObservation
}

/// One look at a database.
public struct DatabaseObservation: Sendable, Equatable {
  public var database: DatabaseSnapshot
  /// The heartbeat row as this database has it, on the clock of the database that wrote it.
  public var heartbeat: Timestamp?
  /// This database's own clock when it was asked.
  public var clock: Timestamp
  /// For a source of replication: log not yet confirmed by each of its receivers.
  public var slots: [Slot]

  public struct Slot: Sendable, Equatable {
    public var name: String
    public var active: Bool
    public var lagBytes: UInt64

    public init(name: String, active: Bool, lagBytes: UInt64) {
      self.name = name
      self.active = active
      self.lagBytes = lagBytes
    }
  }

  public init(database: DatabaseSnapshot, heartbeat: Timestamp?, clock: Timestamp, slots: [Slot]) {
    self.database = database
    self.heartbeat = heartbeat
    self.clock = clock
    self.slots = slots
  }
}

/// Writes the heartbeat row that measures replication lag.
public protocol HeartbeatWriter: Sendable {
  func beat() async throws
}

/// What release a cloud serves, asked of the application itself.
public protocol ReleaseObserver: Sendable {
  func release() async throws -> String
}
