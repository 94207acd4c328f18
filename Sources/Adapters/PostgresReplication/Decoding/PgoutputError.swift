/// A replication stream that cannot be what PostgreSQL sends.
public struct PgoutputError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  /// Where in the message, in bytes from its beginning.
  public var offset: Int

  public var description: String { "the replication stream cannot be read: \(message) at byte \(offset)" }
}
