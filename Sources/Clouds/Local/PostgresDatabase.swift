public import Operations
public import PostgresAdapter

/// A cloud's PostgreSQL, seen through the operator role, which is no superuser.
///
/// One session is kept and replaced when it breaks. Callers take turns; each look has a hard time limit.
public actor PostgresDatabase: DatabaseObserver, HeartbeatWriter {
  public nonisolated let name: String
  private let settings: PostgresSettings
  private let applicationRole: String
  private let timeout: Duration
  private var session: PostgresConnection?

  /// - Parameters:
  ///   - applicationRole: the role whose right to write makes this database the primary.
  ///   - timeout: for one look, connecting included.
  public init(settings: PostgresSettings, applicationRole: String, timeout: Duration = .seconds(2)) {
    self.settings = settings
    self.applicationRole = applicationRole
    self.timeout = timeout
    name = "PostgreSQL " + settings.hosts.map(\.description).joined(separator: ", ")
  }

  public func observe() async throws -> DatabaseObservation {
    let row = try await query(DatabaseLook.sql, [PostgresValue(applicationRole)]).only()
    let beaten: Int64? =
      try row.get("has_heartbeat")
      ? try await query(DatabaseLook.heartbeat, []).first?.getIfPresent("beaten") : nil
    return try DatabaseLook.observation(row, heartbeat: beaten)
  }

  public func beat() async throws {
    _ = try await query(DatabaseLook.beat, [])
  }

  /// Ends the session.
  public func close() async {
    await session?.close()
    session = nil
  }

  private func query(_ sql: String, _ parameters: [PostgresValue?]) async throws -> PostgresResult {
    let connection = try await connection()
    do {
      return try await connection.query(sql, parameters, timeout: timeout, preparing: true)
    } catch {
      if await connection.isBroken {
        await connection.close()
        if session === connection { session = nil }
      }
      throw error
    }
  }

  private func connection() async throws -> PostgresConnection {
    if let session, await !session.isBroken { return session }
    let opened = try await PostgresConnection.connect(settings, timeout: timeout)
    // Another caller may have opened one meanwhile.
    if let session, await !session.isBroken {
      await opened.close()
      return session
    }
    session = opened
    return opened
  }
}
