internal import Hummingbird
internal import PostgresAdapter

extension Problem {
  /// What a client is told of an error. What it must not know stays in the log.
  init(_ error: any Error) {
    switch error {
    case let problem as Problem:
      self = problem
    case let error as PostgresError where error.kind == .server && !error.refusesWrites:
      self.init(.failed, "The request could not be served.")
    case let error as PostgresError where error.refusesWrites:
      self.init(.unavailable, "Nothing can be changed at the moment; try again shortly.")
    case is PostgresError, is CancellationError:
      self.init(.unavailable, "The database does not answer; try again shortly.")
    case let error as any HTTPResponseError:
      self.init(error)
    default:
      self.init(.failed, "The request could not be served.")
    }
  }

  private init(_ error: any HTTPResponseError) {
    switch error.status {
    case .notFound: self.init(.notFound, "There is nothing here.")
    case .methodNotAllowed: self.init(.methodNotAllowed, "This cannot be done here.")
    case .contentTooLarge: self.init(.tooLarge, "The request is larger than 64 kB.")
    case .badRequest: self.init(.badRequest, "The request could not be understood.")
    default: self.init(.failed, "The request could not be served.")
    }
  }
}
