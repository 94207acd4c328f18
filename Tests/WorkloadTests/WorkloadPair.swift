import PostgresTestSupport
import TestSupport

/// Two clouds: a database and an instance in each. `aws` holds the writable one.
final class WorkloadPair: Sendable {
  let databases: [TemporaryCluster]
  let aws: WorkloadInstance
  let azure: WorkloadInstance
  /// What `migrate` said, the first time and the second.
  let migrations: [(status: Int32, output: String)]

  /// Shared by the tests that leave the databases as they were.
  static let shared = Task { try await WorkloadPair(network: "127.17.1") }

  init(network: String, extra: [String] = []) async throws {
    let first = try await TemporaryCluster.start(address: "\(network).1")
    let second = try await TemporaryCluster.start(address: "\(network).2")
    databases = [first, second]
    for database in databases {
      try await database.administer(
        "CREATE ROLE keeper LOGIN PASSWORD '\(TemporaryCluster.password)'; GRANT ALL ON SCHEMA public TO keeper")
    }
    let environment =
      WorkloadInstance.databaseEnvironment(databases, user: "keeper") + ["WORKLOAD_DATABASE_APPLICATION_ROLE=app"]
    migrations = (0..<2).map { _ in ChildProcess.run(["env"] + environment + [WorkloadInstance.program, "migrate"]) }
    try await second.administer("ALTER ROLE app SET default_transaction_read_only = on")
    aws = try await WorkloadInstance(
      address: "\(network).11", cloud: "aws", own: first, all: databases, extra: extra)
    azure = try await WorkloadInstance(
      address: "\(network).12", cloud: "azure", own: second, all: databases, extra: extra)
  }
}
