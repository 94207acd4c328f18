import FoundationEssentials
import LocalCloud
import Operations
import PostgresAdapter
import PostgresTestSupport
import Simulation
import TestSupport
import Testing

/// What every database's observer promises, tried on PostgreSQL and on the simulation.
@Suite(.timeLimit(.minutes(3))) struct DatabaseObserverContractTests {
  enum Kind: CaseIterable, Sendable { case postgres, simulation }

  private struct MachineClock: WallClock {
    func now() -> Timestamp { Timestamp(secondsSinceEpoch: Date().timeIntervalSince1970) }
  }

  /// A primary with its operator's tables, and what can happen to it.
  private struct World {
    var database: any DatabaseObserver & HeartbeatWriter
    var fence: (Bool) async throws -> Void
    /// It comes back in recovery.
    var recover: () async throws -> Void
    /// The application commits some kilobytes.
    var write: () async throws -> Void
    var addSlot: (String) async throws -> Void
    var dropSlot: (String) async throws -> Void
    /// A receiver has all that there is.
    var confirm: (String) async throws -> Void
    /// Two clients come and go.
    var withClients: (@Sendable () async throws -> Void) async throws -> Void
    var stop: () async throws -> Void
    var start: () async throws -> Void
  }

  private static let setup = """
    CREATE ROLE signalbox LOGIN PASSWORD 'operator';
    GRANT pg_monitor TO signalbox;
    CREATE TABLE item (id serial PRIMARY KEY, text text);
    GRANT SELECT, INSERT ON item TO app;
    CREATE SCHEMA signalbox AUTHORIZATION signalbox;
    SET ROLE signalbox;
    CREATE TABLE signalbox.heartbeat (id int PRIMARY KEY, beaten_at timestamptz NOT NULL);
    """

  private func withWorld(_ kind: Kind, address: String, _ body: (World) async throws -> Void) async throws {
    switch kind {
    case .simulation: try await body(Self.simulated(SimulatedDatabaseObserver(clock: MachineClock())))
    case .postgres:
      let cluster = try await TemporaryCluster.start(address: address, extraSettings: ["wal_level = logical"])
      try await cluster.administer(Self.setup)
      let settings = PostgresSettings(
        hosts: [cluster.host], database: "app", user: "signalbox", password: Secret("operator"), security: .none)
      let database = PostgresDatabase(settings: settings, applicationRole: "app", timeout: .seconds(5))
      do { try await body(Self.real(database, cluster)) } catch {
        await database.close()
        throw error
      }
      await database.close()
    }
  }

  private static func simulated(_ database: SimulatedDatabaseObserver) -> World {
    World(
      database: database, fence: { database.set($0 ? .secondary : .primary) }, recover: { database.set(.standby) },
      write: { database.write(200_000) }, addSlot: { database.addSlot($0) }, dropSlot: { database.dropSlot($0) },
      confirm: { database.confirm($0) },
      withClients: { body in
        database.connect(2)
        try await body()
        database.connect(-2)
      }, stop: { database.fail("connection refused") }, start: { database.fail(nil) })
  }

  private static func real(_ database: PostgresDatabase, _ cluster: TemporaryCluster) -> World {
    World(
      database: database,
      fence: { isFenced in
        try await cluster.administer(
          isFenced
            ? "REVOKE INSERT ON item FROM app; ALTER ROLE app SET default_transaction_read_only = on"
            : "GRANT INSERT ON item TO app; ALTER ROLE app SET default_transaction_read_only = off")
      },
      recover: {
        try await cluster.administer("CHECKPOINT")
        try await cluster.kill()
        guard FileManager.default.createFile(atPath: "\(cluster.directory)/data/standby.signal", contents: nil) else {
          throw CocoaError(.fileWriteUnknown)
        }
        try await cluster.restart()
        // The session of before broke; the next look has a new one.
        _ = try? await database.observe()
      },
      write: {
        try await cluster.administer("INSERT INTO item (text) SELECT repeat('x', 100) FROM generate_series(1, 1000)")
      },
      addSlot: { try await cluster.administer("SELECT pg_create_logical_replication_slot('\($0)', 'pgoutput')") },
      dropSlot: { try await cluster.administer("SELECT pg_drop_replication_slot('\($0)')") },
      confirm: { try await cluster.administer("SELECT pg_replication_slot_advance('\($0)', pg_current_wal_lsn())") },
      withClients: { body in
        let clients = [
          try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10)),
          try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10)),
        ]
        try await body()
        for client in clients { await client.close() }
      }, stop: { try await cluster.kill() }, start: { try await cluster.restart() })
  }

  @Test(arguments: Kind.allCases) func aPrimaryIsSeenAndItsFence(kind: Kind) async throws {
    try await withWorld(kind, address: "127.18.1.1") { world in
      let primary = try await world.database.observe().database
      #expect(primary.role == .primary && primary.writable)
      #expect(!primary.version.isEmpty && !world.database.name.isEmpty)
      try await world.fence(true)
      let fenced = try await world.database.observe().database
      #expect(fenced.role == .secondary && !fenced.writable)
      #expect(fenced.walPosition != nil, "it has a log of its own all the same")
      try await world.fence(false)
      #expect(try await world.database.observe().database.role == .primary)
    }
  }

  @Test(arguments: Kind.allCases) func oneInRecoveryTakesNoWritesAndWritesNoLog(kind: Kind) async throws {
    try await withWorld(kind, address: "127.18.1.2") { world in
      try await world.database.beat()
      let beaten = try await world.database.observe().heartbeat
      try await world.recover()
      let seen = try await world.database.observe()
      #expect(seen.database.role == .standby && !seen.database.writable)
      #expect(seen.database.walPosition == nil && seen.slots.isEmpty)
      #expect(seen.heartbeat == beaten, "what it has it shows")
      await #expect(throws: (any Error).self) { try await world.database.beat() }
    }
  }

  @Test(arguments: Kind.allCases) func theHeartbeatIsOnTheDatabasesClock(kind: Kind) async throws {
    try await withWorld(kind, address: "127.18.1.3") { world in
      #expect(try await world.database.observe().heartbeat == nil)
      try await world.database.beat()
      let first = try await world.database.observe()
      let beaten = try #require(first.heartbeat)
      #expect(beaten <= first.clock)
      // A fence is for the application, and lag is measured all the same.
      try await world.fence(true)
      try await world.database.beat()
      let second = try await world.database.observe()
      #expect(try #require(second.heartbeat) >= first.clock && second.clock >= first.clock)
    }
  }

  @Test(arguments: Kind.allCases) func aReceiverLagsByWhatItHasNotConfirmed(kind: Kind) async throws {
    try await withWorld(kind, address: "127.18.1.4") { world in
      #expect(try await world.database.observe().slots.isEmpty)
      try await world.addSlot("to_azure")
      let before = try await world.database.observe()
      #expect(before.slots.map(\.name) == ["to_azure"] && before.slots.map(\.active) == [false])
      try await world.write()
      let after = try await world.database.observe()
      let written = try #require(after.database.walPosition) - #require(before.database.walPosition)
      #expect(written >= 100_000)
      #expect(after.slots[0].lagBytes >= before.slots[0].lagBytes + written)
      try await world.confirm("to_azure")
      #expect(try await world.database.observe().slots[0].lagBytes < 10_000)
      try await world.dropSlot("to_azure")
      #expect(try await world.database.observe().slots.isEmpty)
    }
  }

  @Test(arguments: Kind.allCases) func clientsAreCountedAgainstTheLimit(kind: Kind) async throws {
    try await withWorld(kind, address: "127.18.1.5") { world in
      let alone = try await world.database.observe().database
      #expect(alone.connections >= 1 && alone.connections <= alone.maxConnections)
      let database = world.database
      try await world.withClients {
        let crowded = try await database.observe().database
        #expect(crowded.connections == alone.connections + 2)
      }
      #expect(
        try await eventually { try await world.database.observe().database.connections == alone.connections })
    }
  }

  /// Unknown is never healthy: no answer is an error and no observation.
  @Test(arguments: Kind.allCases) func oneThatIsGoneIsAnErrorAndSeenAgainWhenItIsBack(kind: Kind) async throws {
    try await withWorld(kind, address: "127.18.1.6") { world in
      try await world.database.beat()
      let before = try await world.database.observe()
      try await world.stop()
      await #expect(throws: (any Error).self) { _ = try await world.database.observe() }
      await #expect(throws: (any Error).self) { try await world.database.beat() }
      try await world.start()
      let after = try await world.database.observe()
      #expect(after.database.role == .primary && after.heartbeat == before.heartbeat)
      #expect(after.clock > before.clock)
    }
  }
}
