/// How long a database is given. A frozen one costs its time, and never more.
public struct RoleLimits: Sendable, Equatable {
  /// For one statement, and for opening a session.
  public var statement: Duration
  /// For one whole call.
  public var call: Duration
  /// For the application's sessions to end, within a call.
  public var sessionEnd: Duration
  /// For a lock on a table that a trigger is put on. Writers of the table wait behind it.
  public var tableLock: Duration

  public init(
    statement: Duration = .seconds(3), call: Duration = .seconds(15), sessionEnd: Duration = .seconds(5),
    tableLock: Duration = .milliseconds(400)
  ) {
    self.statement = statement
    self.call = call
    self.sessionEnd = sessionEnd
    self.tableLock = tableLock
  }
}
