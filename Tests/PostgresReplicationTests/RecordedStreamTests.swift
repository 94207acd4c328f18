import Glibc
import Operations
import PgoutputTestSupport
import PostgresAdapter
import PostgresTestSupport
import Testing

/// What a server sends today is what was recorded: the recorded streams are not out of date.
///
/// With `RECORD=1` in the environment the recordings in `Tests/PgoutputTests/Recorded` are made anew.
@Suite struct RecordedStreamTests {
  private static let cluster = Task {
    try await TemporaryCluster.start(address: "127.21.1.1", extraSettings: ["wal_level = logical"])
  }

  @Test(arguments: Scenario.all) func theServerSendsWhatWasRecorded(scenario: Scenario) async throws {
    let live = try await stream(scenario)
    if getenv("RECORD") != nil { try live.record(as: scenario.name) }
    let recorded = try RecordedStream.named(scenario.name)
    #expect(try Transcript.of(recorded, withRepetitions: false) == Transcript.of(live, withRepetitions: false))
  }

  /// Runs the scenario in a database of its own, and takes what a slot says of it.
  private func stream(_ scenario: Scenario) async throws -> RecordedStream {
    let cluster = try await Self.cluster.value
    let database = scenario.name
    try await cluster.administer("CREATE DATABASE \(database)", database: "postgres")
    try await cluster.administer(
      "\(scenario.tables); CREATE PUBLICATION all_of_it FOR ALL TABLES \(scenario.options)",
      database: database)
    var settings = cluster.settings()
    settings.user = "postgres"
    settings.database = database
    settings.sessionSettings["timezone"] = "UTC"
    let stream = try await PostgresReplicationStream.connect(settings, timeout: .seconds(10))
    let slot = try await stream.createSlot(
      database, isTemporary: true, exportsSnapshot: false, timeout: .seconds(10))
    for transaction in scenario.transactions { try await cluster.administer(transaction, database: database) }
    try await cluster.administer("SELECT pg_logical_emit_message(true, 'end', '')", database: database)
    try await stream.start(
      slot: database, from: slot.consistentPoint, publications: ["all_of_it"], timeout: .seconds(10))
    let administrator = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    let end = LSN(
      try await administrator.query("SELECT pg_current_wal_lsn()::text AS position", timeout: .seconds(5)).only()
        .get("position", as: String.self))
    var received = RecordedStream()
    let deadline = ContinuousClock.now + .seconds(20)
    while .now < deadline {
      let messages = try await stream.receive(limit: 1 << 20, within: .seconds(1))
      received.messages += RecordedStream(messages).messages
      if let keepalive = messages.keepaliveEnd, let end, keepalive >= end { break }
    }
    await stream.close()
    return received
  }
}
