import PostgresAdapter
import PostgresTestSupport
import TestSupport
import Testing

@testable import Workload

/// Databases that were made by an older release.
@Suite(.timeLimit(.minutes(2))) struct MigrationTests {
  private func migrate(_ databases: [TemporaryCluster]) -> (status: Int32, output: String) {
    let environment =
      WorkloadInstance.databaseEnvironment(databases, user: "keeper") + ["WORKLOAD_DATABASE_APPLICATION_ROLE=app"]
    return ChildProcess.run(["env"] + environment + [WorkloadInstance.program, "migrate"])
  }

  private func mayInsert(_ database: TemporaryCluster) async throws -> Bool {
    let connection = try await PostgresConnection.connect(database.settings(), timeout: .seconds(10))
    let row = try await connection.query(
      "SELECT has_table_privilege('login_attempts', 'INSERT, UPDATE, DELETE') AS may", timeout: .seconds(10)
    ).only()
    await connection.close()
    return try row.get("may")
  }

  /// A grant for a new table must not undo a fence.
  @Test func aNewTableOfAFencedDatabaseIsGrantedLater() async throws {
    let first = try await TemporaryCluster.start(address: "127.17.16.1")
    let second = try await TemporaryCluster.start(address: "127.17.16.2")
    for database in [first, second] {
      try await database.administer(
        """
        CREATE ROLE keeper LOGIN PASSWORD '\(TemporaryCluster.password)'; GRANT ALL ON SCHEMA public TO keeper;
        SET ROLE keeper;
        \(Schema.steps[0])
        COMMENT ON TABLE accounts IS '\(Schema.comment(1))';
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;
        """)
    }
    try await second.administer("REVOKE INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public FROM app")
    let fenced = "fenced, so new tables may only be read: migrate again once it takes writes"
    let taken = migrate([first, second])
    #expect(taken.status == 0)
    let lines = taken.output.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "127.17.16.1:5432: schema 2, migrated by 1 step(s)",
        "127.17.16.2:5432: schema 2, migrated by 1 step(s); \(fenced)",
      ])
    #expect(try await mayInsert(first))
    #expect(try await !mayInsert(second))
    #expect(migrate([second]).output == "127.17.16.2:5432: schema 2, up to date; \(fenced)\n")
    try await second.administer("GRANT INSERT, UPDATE, DELETE ON accounts, sessions, tasks, announcements TO app")
    #expect(migrate([second]).output == "127.17.16.2:5432: schema 2, up to date\n")
    #expect(try await mayInsert(second))
  }
}
