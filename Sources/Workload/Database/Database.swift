internal import PostgresAdapter

/// The ways into the databases.
///
/// Writes go to whichever database takes them. Reads go to the own cloud's database; while that one is down, or while the
/// reader asks for what it has just written (``Consistency``), to the writer's; and while nobody takes writes, to the
/// other clouds', which have all but the newest.
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
  /// Of the other clouds, for reads alone; nil where reads go where writes go.
  let other: PostgresPool?
  let readerHealth = PoolHealth()
  private let writerHealth = PoolHealth()
  static let timeout = Duration.seconds(5)
  private static let readTimeout = Duration.seconds(2)

  init(_ settings: WorkloadSettings.Database) throws {
    let limits = PostgresPoolLimits(connections: settings.connections)
    writer = try PostgresPool(settings.settings(settings.writeHosts, .readWrite), limits: limits)
    guard let readHost = settings.readHost else {
      (reader, other) = (writer, nil)
      return
    }
    reader = try PostgresPool(settings.settings([readHost], .any), limits: limits)
    let others = settings.writeHosts.filter { $0 != readHost }
    other = others.isEmpty ? nil : try PostgresPool(settings.settings(others, .any), limits: limits)
  }

  func write(_ sql: String, _ parameters: [PostgresValue?]) async throws -> PostgresResult {
    try await writer.query(sql, parameters, timeout: Self.timeout)
  }

  func read(
    _ sql: String, _ parameters: [PostgresValue?], _ consistency: Consistency
  ) async throws -> PostgresResult {
    guard consistency == .local, reader !== writer else {
      return try await writer.query(sql, parameters, timeout: Self.timeout, isRepeatable: true)
    }
    if let result = try await ask(reader, readerHealth, sql, parameters) { return result }
    guard let other else { return try await writer.query(sql, parameters, timeout: Self.timeout, isRepeatable: true) }
    if let result = try await ask(writer, writerHealth, sql, parameters) { return result }
    return try await other.query(sql, parameters, timeout: Self.readTimeout, isRepeatable: true)
  }

  /// - Returns: nil where there is no answer, or was none a moment ago.
  private func ask(
    _ pool: PostgresPool, _ health: PoolHealth, _ sql: String, _ parameters: [PostgresValue?]
  ) async throws -> PostgresResult? {
    guard health.mayAsk(at: .now) else { return nil }
    do {
      let result = try await pool.query(sql, parameters, timeout: Self.readTimeout, isRepeatable: true)
      health.report(success: true, at: .now)
      return result
    } catch let error as PostgresError where error.kind != .server && error.kind != .invalid {
      health.report(success: false, at: .now)
      return nil
    } catch {
      // The database has answered, or the request has gone.
      health.report(success: error is PostgresError, at: .now)
      throw error
    }
  }

  func close() async {
    await reader.close()
    await other?.close()
    await writer.close()
  }
}
