import PostgresAdapter
import PostgresTestSupport

/// A server whose log can be decoded, shared by the tests that leave it as it was.
enum LogicalCluster {
  static let settings = ["wal_level = logical", "track_commit_timestamp = on"]

  static let shared = Task {
    let cluster = try await TemporaryCluster.start(address: "127.21.2.1", extraSettings: settings)
    try await cluster.administer("ALTER ROLE app REPLICATION")
    return cluster
  }

  static func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(shared.value.settings(), timeout: .seconds(10))
  }
}

extension PostgresConnection {
  /// The only value of a statement.
  func value(_ sql: String, _ parameters: [PostgresValue?] = []) async throws -> String? {
    let result = try await query(sql, parameters, timeout: .seconds(10))
    return try result.only().getIfPresent(result.columnNames[0], as: String.self)
  }
}
