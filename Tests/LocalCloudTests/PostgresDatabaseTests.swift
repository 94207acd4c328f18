import Glibc
import LocalCloud
import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

/// One server for all, so one test after the other.
@Suite(.serialized) struct PostgresDatabaseTests {
  /// The roles of a real installation: the operator is no superuser.
  private static let setup = """
    CREATE ROLE signalbox LOGIN PASSWORD 'operator';
    GRANT pg_monitor TO signalbox;
    CREATE TABLE item (id int PRIMARY KEY);
    ALTER TABLE item OWNER TO app;
    CREATE SCHEMA signalbox AUTHORIZATION signalbox;
    SET ROLE signalbox;
    CREATE TABLE signalbox.heartbeat (id int PRIMARY KEY, beaten_at timestamptz NOT NULL);
    """

  private func withDatabase(
    _ address: String, setup: String = setup, _ body: (TemporaryCluster, PostgresDatabase) async throws -> Void
  ) async throws {
    let cluster = try await TemporaryCluster.start(address: address, extraSettings: ["wal_level = logical"])
    try await cluster.administer(setup)
    let settings = PostgresSettings(
      hosts: [cluster.host], database: "app", user: "signalbox", password: Secret("operator"), security: .none)
    let database = PostgresDatabase(settings: settings, applicationRole: "app", timeout: .seconds(5))
    do {
      try await body(cluster, database)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }

  @Test func seesThePrimaryAndItsFence() async throws {
    try await withDatabase("127.86.1.1") { cluster, database in
      let seen = try await database.observe()
      #expect(seen.database.role == .primary)
      #expect(seen.database.writable)
      #expect(seen.database.connections >= 1)
      #expect(seen.database.maxConnections == 60)
      #expect(seen.database.version.hasPrefix("15."))
      #expect((seen.database.walPosition ?? 0) > 0)
      #expect(seen.heartbeat == nil)
      #expect(seen.slots.isEmpty)

      // Either half of a fence is enough to be no primary.
      try await cluster.administer("ALTER ROLE app SET default_transaction_read_only = on")
      #expect(try await database.observe().database.role == .secondary)
      try await cluster.administer("ALTER ROLE app IN DATABASE app SET default_transaction_read_only = off")
      #expect(try await database.observe().database.role == .primary)
      try await cluster.administer("ALTER ROLE app IN DATABASE app RESET default_transaction_read_only")
      try await cluster.administer("ALTER ROLE app RESET default_transaction_read_only")
      try await cluster.administer("ALTER TABLE item OWNER TO postgres; GRANT SELECT ON item TO app")
      let fenced = try await database.observe().database
      #expect(fenced.role == .secondary)
      #expect(!fenced.writable)
    }
  }

  @Test func beatsAndReadsTheHeartbeat() async throws {
    try await withDatabase("127.86.1.2") { _, database in
      try await database.beat()
      let first = try await database.observe()
      let beaten = try #require(first.heartbeat)
      #expect(first.clock - beaten >= .zero)
      #expect(first.clock - beaten < .seconds(60))
      try await database.beat()
      #expect(try #require(try await database.observe().heartbeat) > beaten)
    }
  }

  @Test func measuresWhatASlotHoldsBack() async throws {
    try await withDatabase("127.86.1.3") { cluster, database in
      try await cluster.administer("SELECT pg_create_logical_replication_slot('to_azure', 'pgoutput')")
      let before = try #require(try await database.observe().slots.first)
      #expect(before.name == "to_azure")
      #expect(!before.active)
      try await cluster.administer("INSERT INTO item SELECT generate_series(1, 5000)")
      let after = try #require(try await database.observe().slots.first)
      #expect(after.lagBytes > before.lagBytes + 100_000)
    }
  }

  @Test func comesBackAfterTheServerDid() async throws {
    try await withDatabase("127.86.1.4") { cluster, database in
      #expect(try await database.observe().database.writable)
      try await cluster.kill()
      await #expect(throws: PostgresError.self) { _ = try await database.observe() }
      try await cluster.restart()
      #expect(try await database.observe().database.writable)
    }
  }

  @Test func aFrozenServerCostsItsTimeoutAndNoMore() async throws {
    try await withDatabase("127.86.1.5") { cluster, _ in
      let settings = PostgresSettings(
        hosts: [cluster.host], database: "app", user: "signalbox", password: Secret("operator"), security: .none)
      let database = PostgresDatabase(settings: settings, applicationRole: "app", timeout: .milliseconds(300))
      _ = try? await database.observe()
      try await cluster.signal(SIGSTOP)
      let start = ContinuousClock.now
      await #expect(throws: (any Error).self) { _ = try await database.observe() }
      #expect(ContinuousClock.now - start < .seconds(5))
      try await cluster.signal(SIGCONT)
      await database.close()
    }
  }

  @Test func withoutItsTableThereIsNoHeartbeat() async throws {
    let bare = "CREATE ROLE signalbox LOGIN PASSWORD 'operator'; GRANT pg_monitor TO signalbox"
    try await withDatabase("127.86.1.6", setup: bare) { _, database in
      let seen = try await database.observe()
      #expect(seen.heartbeat == nil)
      // A database without a table of the application is nobody's primary.
      #expect(seen.database.role == .secondary)
      await #expect(throws: PostgresError.self) { try await database.beat() }
    }
  }
}
