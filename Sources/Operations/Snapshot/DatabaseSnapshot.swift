/// What a cloud's database says of itself.
public struct DatabaseSnapshot: Sendable, Equatable, Codable {
  public enum Role: String, Sendable, Codable {
    /// Takes the application's writes.
    case primary
    /// Receives changes; refuses the application's writes.
    case secondary
    /// A physical standby in recovery.
    case standby
  }

  public var role: Role
  /// Whether the application role may write.
  public var writable: Bool
  public var connections: Int
  public var maxConnections: Int
  public var version: String
  /// Current write position in the log, in bytes since its beginning.
  public var walPosition: UInt64?

  public init(
    role: Role, writable: Bool, connections: Int, maxConnections: Int, version: String, walPosition: UInt64? = nil
  ) {
    self.role = role
    self.writable = writable
    self.connections = connections
    self.maxConnections = maxConnections
    self.version = version
    self.walPosition = walPosition
  }
}

/// How far a secondary is behind its primary.
public struct ReplicationLag: Sendable, Equatable, Codable {
  /// Log written at the primary and not yet confirmed by the secondary; nil when either side cannot be asked.
  public var lagBytes: UInt64?
  /// Age, on the primary's clock, of the oldest heartbeat that has not arrived; 0 when all have.
  public var lagSeconds: Double?
  /// Whether changes are flowing now (the slot is held by a receiver).
  public var streaming: Bool

  public init(lagBytes: UInt64?, lagSeconds: Double?, streaming: Bool) {
    self.lagBytes = lagBytes
    self.lagSeconds = lagSeconds
    self.streaming = streaming
  }
}
