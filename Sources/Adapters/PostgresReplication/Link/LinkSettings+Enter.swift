import Operations
import PostgresAdapter

extension LinkSettings {
  /// Types bring operators along, and those that an extension has put into a schema of its own are found there alone:
  /// without it `citext` is compared as `text`, and no index of it is used. Nobody but a superuser makes operator classes.
  private static let seesOperators = """
    SELECT set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), found.schemas), false)
    FROM (SELECT string_agg(DISTINCT quote_ident(n.nspname), ', ') AS schemas
      FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
      WHERE o.oid >= 16384 AND n.nspname <> ALL (current_schemas(true))) found
    WHERE found.schemas IS NOT NULL
    """

  /// A session at a side.
  ///
  /// - Throws: ``LinkFailure`` naming the side: blocked, with what lets the role in, where that was refused.
  func enter(
    _ side: PostgresSettings, as session: PostgresSettings, timeout: Duration
  ) async throws -> PostgresConnection {
    try await entering(side) {
      let connection = try await PostgresConnection.connect(session, timeout: timeout)
      do {
        try await connection.query(Self.seesOperators, timeout: timeout)
        return connection
      } catch {
        await connection.close()
        throw error
      }
    }
  }

  /// A session at the source that can replicate.
  ///
  /// - Throws: as ``enter(_:as:timeout:)``.
  func enterStream(as session: PostgresSettings, timeout: Duration) async throws -> PostgresReplicationStream {
    try await entering(source) { try await PostgresReplicationStream.connect(session, timeout: timeout) }
  }

  private func entering<Session: Sendable>(
    _ side: PostgresSettings, _ connect: () async throws -> Session
  ) async throws -> Session {
    do { return try await connect() } catch let error as PostgresError {
      let place = side == source ? "the source \(sourceNode)" : "the target \(targetNode)"
      throw LinkFailure(error, entering: place, as: side)
    }
  }
}
