import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

/// Two databases of a test's own, on servers that the suites share.
struct LinkBench {
  private static let source = Task {
    try await TemporaryCluster.start(address: "127.22.0.1", extraSettings: serverSettings)
  }
  private static let target = Task {
    try await TemporaryCluster.start(address: "127.22.0.2", extraSettings: serverSettings)
  }
  private static let serverSettings = [
    "wal_level = logical", "track_commit_timestamp = on", "max_connections = 200", "max_replication_slots = 400",
    "max_wal_senders = 100",
  ]
  private static let count = Mutex(0)

  /// Owns neither server nor anything that it is not given.
  static let role = "app"

  let source: TemporaryCluster
  let target: TemporaryCluster
  let database: String
  var settings: LinkSettings

  /// - Parameter role: logs in at both sides; its databases are its own.
  init(_ schema: String = "", role: String = LinkBench.role) async throws {
    source = try await Self.source.value
    target = try await Self.target.value
    let number = Self.count.withLock { count in
      count += 1
      return count
    }
    database = "bench\(number)"
    for side in [source, target] {
      try await side.administer(
        """
        DO $$BEGIN CREATE ROLE \(role) LOGIN REPLICATION PASSWORD '\(TemporaryCluster.password)';
        EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$;
        """, database: "postgres")
      if role == "app" { try? await side.administer("ALTER ROLE app REPLICATION", database: "postgres") }
      try await side.administer("CREATE DATABASE \(database) OWNER \(role) TEMPLATE template0", database: "postgres")
      try await side.administer("GRANT ALL ON SCHEMA public TO \(role)", database: database)
      if !schema.isEmpty { try await side.administer("SET ROLE \(role); \(schema)", database: database) }
    }
    settings = LinkSettings(
      id: LinkID(database), mode: .stream, sourceNode: CloudID("s\(number)"), targetNode: CloudID("t\(number)"),
      source: Self.enter(source, database, role), target: Self.enter(target, database, role))
  }

  private static func enter(_ cluster: TemporaryCluster, _ database: String, _ role: String) -> PostgresSettings {
    var settings = cluster.settings()
    settings.database = database
    settings.user = role
    return settings
  }

  func onSource(_ sql: String) async throws { try await source.administer(sql, database: database) }

  func onTarget(_ sql: String) async throws { try await target.administer(sql, database: database) }

  func connectSource() async throws -> PostgresConnection {
    try await PostgresConnection.connect(settings.session(settings.source, purpose: "test"), timeout: .seconds(10))
  }

  func connectTarget() async throws -> PostgresConnection {
    try await PostgresConnection.connect(settings.session(settings.target, purpose: "test"), timeout: .seconds(10))
  }

  /// The first column of all rows, as text.
  static func column(_ sql: String, on connection: PostgresConnection) async throws -> [String] {
    let result = try await connection.query(sql, timeout: .seconds(60))
    let name = result.columnNames[0]
    return try result.map { try $0.getIfPresent(name) ?? "∅" }
  }

  func atSource(_ sql: String) async throws -> [String] {
    let connection = try await connectSource()
    let found = try await Self.column(sql, on: connection)
    await connection.close()
    return found
  }

  func atTarget(_ sql: String) async throws -> [String] {
    let connection = try await connectTarget()
    let found = try await Self.column(sql, on: connection)
    await connection.close()
    return found
  }

  /// Returns once a query has a row.
  func waitAtTarget(for query: String) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while try await atTarget("SELECT count(*)::text FROM (\(query)) found") == ["0"] {
      try #require(ContinuousClock.now < deadline, "never came: \(query)")
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
