/// What a session is in the middle of between two calls.
enum Occupation: Sendable, Equatable {
  case none
  /// - isOver: whether the last row has been given; the server's verdict is still to be fetched.
  case copyOut(isOver: Bool)
  /// Until the session is closed.
  case streaming
}
