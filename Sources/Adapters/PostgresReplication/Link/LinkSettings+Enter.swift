import Operations
import PostgresAdapter

extension LinkSettings {
  /// A session at a side.
  ///
  /// - Throws: ``LinkFailure`` naming the side: blocked, with what lets the role in, where that was refused.
  func enter(
    _ side: PostgresSettings, as session: PostgresSettings, timeout: Duration
  ) async throws -> PostgresConnection {
    do {
      return try await PostgresConnection.connect(session, timeout: timeout)
    } catch let error as PostgresError {
      let place = side == source ? "the source \(sourceNode)" : "the target \(targetNode)"
      throw LinkFailure(error, entering: place, as: side)
    }
  }
}
