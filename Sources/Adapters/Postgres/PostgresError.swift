/// Why the database did not do what it was asked. Never holds a password or a parameter's value.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// The settings or a parameter could not be used; nothing was sent.
    case invalid
    /// No session could be opened.
    case connect
    /// The time allowed passed. A statement may or may not have taken effect.
    case timedOut
    /// The session ended. A statement that was running may or may not have taken effect.
    case disconnected
    /// The server refused the statement, which has had no effect.
    case server
    /// The pool has no connection to give in the time allowed.
    case exhausted
    /// The result does not hold what was asked of it.
    case unexpectedResult
  }

  public var kind: Kind
  /// Five characters of the server's; nil when the error is not the server's, or happened while connecting.
  public var sqlState: String?
  /// SQLSTATE with which the only server refused a session, for its role, its password or its database; nil when the
  /// error is of another kind, or there are other servers to try.
  public var sessionRefusal: String?
  public var message: String
  /// `host:port`, or all hosts that were tried.
  public var host: String?
  /// The constraint that a statement would have broken.
  public var constraint: String?
  /// The table whose constraint it is, with its schema, unquoted: `public.account`.
  public var table: String?

  init(
    _ kind: Kind, _ message: String, host: String? = nil, sqlState: String? = nil, constraint: String? = nil,
    table: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.host = host
    self.sqlState = sqlState
    self.constraint = constraint
    self.table = table
  }

  static func invalidSettings(_ reason: String) -> PostgresError {
    PostgresError(.invalid, "the database settings cannot be used: \(reason)")
  }

  public var description: String {
    let place = host.map { "PostgreSQL at \($0): " } ?? ""
    return place + message + (sqlState.map { " (SQLSTATE \($0))" } ?? "")
  }

  /// The session cannot write here, though another might elsewhere: the transaction is read-only (25006), the server
  /// is a standby, or the right to write was taken away (42501), as a fence does.
  public var refusesWrites: Bool { sqlState == "25006" || sqlState == "42501" }

  public var isUniqueViolation: Bool { sqlState == "23505" }
}
