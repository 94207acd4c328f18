import Operations
import PostgresAdapter
import PostgresTestSupport
import TestSupport

/// A database server, the network that leads to it, and a database of one seed's own.
struct Side: Sendable {
  let cluster: TemporaryCluster
  let proxy: NetworkProxy
  let database: String

  /// Past the network's faults, for writers and checks.
  var direct: PostgresSettings {
    var settings = cluster.settings()
    settings.database = database
    return settings
  }

  /// Through the network, for the link.
  var place: HostPlan.Place { HostPlan.Place(address: proxy.address, port: proxy.port, database: database) }

  func session() async throws -> PostgresConnection {
    try await PostgresConnection.connect(direct, timeout: .seconds(10))
  }

  func value<Value: PostgresDecodable>(_ type: Value.Type, _ sql: String) async throws -> Value {
    let connection = try await session()
    let result = try await connection.query(sql, timeout: .seconds(60))
    await connection.close()
    return try result.only().get("value", as: type)
  }

  func execute(_ script: String) async throws {
    let connection = try await session()
    try await connection.execute(script, timeout: .seconds(60))
    await connection.close()
  }
}
