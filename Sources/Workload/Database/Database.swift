internal import PostgresAdapter

/// The two ways into the databases.
///
/// Writes go to whichever database takes them. Reads go to the own cloud's database, and to the writer's while that one
/// is down, or while the reader asks for what it has just written (``Consistency``).
struct Database: Sendable {
  /// Where a read may be answered from.
  enum Consistency: Sendable {
    /// The own cloud's database, which may be a moment behind.
    case local
    /// The database that takes the writes.
    case latest
  }

  let writer: PostgresPool
  let reader: PostgresPool
  private let health = ReaderHealth()
  static let timeout = Duration.seconds(5)

  init(_ settings: WorkloadSettings.Database) throws {
    let limits = PostgresPoolLimits(connections: settings.connections)
    writer = try PostgresPool(settings.settings(settings.writeHosts, .readWrite), limits: limits)
    if let readHost = settings.readHost {
      reader = try PostgresPool(settings.settings([readHost], .any), limits: limits)
    } else {
      reader = writer
    }
  }

  func write(_ sql: String, _ parameters: [PostgresValue?]) async throws -> PostgresResult {
    try await writer.query(sql, parameters, timeout: Self.timeout)
  }

  func read(
    _ sql: String, _ parameters: [PostgresValue?], _ consistency: Consistency
  ) async throws -> PostgresResult {
    guard consistency == .local, reader !== writer, health.mayAsk(at: .now) else {
      return try await writer.query(sql, parameters, timeout: Self.timeout, isRepeatable: true)
    }
    do {
      let result = try await reader.query(sql, parameters, timeout: .seconds(2), isRepeatable: true)
      health.report(success: true, at: .now)
      return result
    } catch let error as PostgresError where error.kind != .server && error.kind != .invalid {
      health.report(success: false, at: .now)
      return try await writer.query(sql, parameters, timeout: Self.timeout, isRepeatable: true)
    } catch {
      // The database has answered, or the request has gone.
      health.report(success: error is PostgresError, at: .now)
      throw error
    }
  }

  func close() async {
    await reader.close()
    await writer.close()
  }
}
