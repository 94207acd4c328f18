import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

/// One session against a real server.
@Suite struct PostgresConnectionTests {
  /// Shared by the tests that leave it as it was.
  static let cluster = Task { try await TemporaryCluster.start(address: "127.15.1.1") }

  private func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(Self.cluster.value.settings(), timeout: .seconds(10))
  }

  @Test func valuesComeBackAsTheyWere() async throws {
    let connection = try await connect()
    let result = try await connection.query(
      "SELECT $1::int AS n, $2::text AS words, $3::boolean AS yes, $4::bytea AS bytes, $5::text AS nothing, 1.5::float8 AS f",
      [42, "it's\nß\u{1F600}", true, PostgresValue(bytes: [0, 255, 16]), nil], timeout: .seconds(5))
    let row = try result.only()
    #expect(try row.get("n", as: Int.self) == 42)
    #expect(try row.get("words", as: String.self) == "it's\nß\u{1F600}")
    #expect(try row.get("yes", as: Bool.self))
    #expect(try row.get("bytes", as: [UInt8].self) == [0, 255, 16])
    #expect(try row.getIfPresent("nothing", as: String.self) == nil)
    #expect(try row.get("f", as: Double.self) == 1.5)
    #expect(result.columnNames == ["n", "words", "yes", "bytes", "nothing", "f"])
    #expect(connection.security == nil)
    #expect(connection.serverVersionNumber >= 150000)
  }

  @Test func aSessionBecomesWhatAnotherWouldHaveBeen() async throws {
    var settings = try await Self.cluster.value.settings()
    settings.sessionSettings = ["lock_timeout": "5s", "datestyle": "German"]
    let connection = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    settings.applicationName = "the heir's"
    settings.statementTimeout = .seconds(90)
    settings.sessionSettings = ["lock_timeout": "0", "work_mem": "7MB"]
    try await connection.reconfigure(as: settings, timeout: .seconds(5))
    let row = try await connection.query(
      """
      SELECT current_setting('lock_timeout') || ' ' || current_setting('statement_timeout') || ' '
        || current_setting('work_mem') || ' ' || current_setting('datestyle') AS settings,
        (SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()) AS name
      """, timeout: .seconds(5)
    ).only()
    #expect(try row.get("settings", as: String.self) == "0 90s 7MB German, DMY")
    #expect(try row.get("name", as: String.self) == "the heir's")
    // What the server does not take costs neither the session nor its settings.
    settings.sessionSettings["work_mem"] = "much"
    await #expect(throws: PostgresError.self) { try await connection.reconfigure(as: settings, timeout: .seconds(5)) }
    #expect(
      try await connection.query("SELECT current_setting('work_mem') AS m", timeout: .seconds(5)).only().get("m")
        == "7MB")
    await connection.close()
  }

  /// An operator's own settings of psql's are not this program's.
  @Test func optionsInTheEnvironmentChangeNothing() async throws {
    await #expect(processExitsWith: .success) {
      let cluster = try await TemporaryCluster.start(address: "127.15.1.2")
      setenv("PGOPTIONS", "-c role=nobody", 1)
      let connection = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
      let row = try await connection.query("SELECT current_user::text AS name", timeout: .seconds(5)).only()
      guard try row.get("name", as: String.self) == "app" else { exit(1) }
    }
  }

  @Test func wrongColumnsAreNamed() async throws {
    let row = try await connect().query("SELECT NULL AS a, 'x' AS b", timeout: .seconds(5)).only()
    #expect { try row.get("c", as: String.self) } throws: { "\($0)".contains("no column c among a, b") }
    #expect { try row.get("a", as: String.self) } throws: { "\($0)".contains("column a is null") }
    #expect { try row.get("b", as: Int.self) } throws: { "\($0)".contains("column b is no Int") }
  }

  @Test func aRefusedStatementLeavesTheSessionUsable() async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresError.self) {
      try await connection.query("SELECT 1/0", timeout: .seconds(5))
    }
    #expect(error?.sqlState == "22012")
    #expect(error?.host == "127.15.1.1:5432")
    #expect(error?.message == "division by zero")
    #expect(try await connection.query("SELECT 1", timeout: .seconds(5)).count == 1)
  }

  @Test func preparedStatementsAreKept() async throws {
    let connection = try await connect()
    for number in 0..<5 {
      let row = try await connection.query(
        "SELECT $1::int + 1 AS n", [PostgresValue(number)], timeout: .seconds(5), preparing: true
      ).only()
      #expect(try row.get("n", as: Int.self) == number + 1)
    }
    let kept = try await connection.query("SELECT count(*) AS n FROM pg_prepared_statements", timeout: .seconds(5))
    #expect(try kept.only().get("n", as: Int.self) == 1)
  }

  @Test func statementsOfManyTasksTakeTurns() async throws {
    let connection = try await connect()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<50 {
        group.addTask {
          let row = try await connection.query(
            "SELECT $1::int AS n", [PostgresValue(number)], timeout: .seconds(10)
          ).only()
          return try row.get("n", as: Int.self) == number
        }
      }
      for try await isOwn in group { #expect(isOwn) }
    }
  }

  @Test func aLargeParameterAndResultPassThroughFullBuffers() async throws {
    let text = String(repeating: "0123456789", count: 800_000)
    let row = try await connect().query(
      "SELECT $1::text || $1::text AS t", [PostgresValue(text)], timeout: .seconds(20))
    #expect(try row.only().get("t", as: String.self).utf8.count == 16_000_000)
  }

  @Test func aZeroByteIsRefusedBeforeItIsCutOff() async throws {
    let connection = try await connect()
    await #expect(throws: PostgresError.self) {
      try await connection.query("SELECT $1::text", ["a\0b"], timeout: .seconds(5))
    }
    #expect(try await connection.query("SELECT 1", timeout: .seconds(5)).count == 1)
  }

  @Test func noticesAreKeptOffTheScreen() async throws {
    let connection = try await connect()
    try await connection.execute("DO $$ BEGIN RAISE NOTICE 'hear ye'; END $$", timeout: .seconds(5))
    let notices = await connection.takeNotices()
    #expect(notices.contains { $0.contains("hear ye") })
    #expect(await connection.takeNotices().isEmpty)
  }

  @Test func aTimeoutCostsTheSessionAndStopsTheStatement() async throws {
    let connection = try await connect()
    let mark = "timeout-mark-1"
    let error = await #expect(throws: PostgresError.self) {
      try await connection.query("SELECT pg_sleep(60), '\(mark)'", timeout: .milliseconds(200))
    }
    #expect(error?.kind == .timedOut)
    #expect(await connection.isBroken)
    try await expectStopped(mark)
  }

  @Test func cancellationEndsAStatementAtOnce() async throws {
    let connection = try await connect()
    let mark = "cancel-mark-2"
    let running = Task { try await connection.query("SELECT pg_sleep(60), '\(mark)'", timeout: .seconds(90)) }
    try await Task.sleep(for: .milliseconds(200))
    let start = ContinuousClock.now
    running.cancel()
    await #expect(throws: CancellationError.self) { try await running.value }
    #expect(start.duration(to: .now) < .seconds(20))
    try await expectStopped(mark)
  }

  @Test func closingEndsARunningStatement() async throws {
    let connection = try await connect()
    let running = Task { try await connection.query("SELECT pg_sleep(60)", timeout: .seconds(90)) }
    try await Task.sleep(for: .milliseconds(200))
    await connection.close()
    await #expect(throws: PostgresError.self) { try await running.value }
  }

  @Test func aWrongPasswordIsRefusedAndNotRepeated() async throws {
    let settings = try await Self.cluster.value.settings(password: "hunter2-hunter2")
    let error = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(settings, timeout: .seconds(10))
    }
    #expect(error?.kind == .connect)
    #expect(error?.message.contains("password authentication failed") == true)
    #expect(error?.message.contains("LOCATION") == false && error?.message.contains("28P01") == false)
    #expect(error?.sessionRefusal == "28P01")
    var everything = "\(settings)\(String(reflecting: settings))"
    dump(settings, to: &everything)
    everything += String(describing: error)
    #expect(!everything.contains("hunter2"))
  }

  @Test func aRefusedPortIsReportedAtOnce() async throws {
    var settings = try await Self.cluster.value.settings()
    settings.hosts = [PostgresSettings.Host("127.15.1.99", port: 5999)]
    let start = ContinuousClock.now
    let error = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(settings, timeout: .seconds(10))
    }
    #expect(error?.message.contains("Connection refused") == true)
    #expect(error?.host == "127.15.1.99:5999")
    #expect(start.duration(to: .now) < .seconds(5))
  }

  @Test(arguments: [
    PostgresSettings.Host("", port: 1), PostgresSettings.Host("a,b", port: 1), PostgresSettings.Host("a", port: 0),
    PostgresSettings.Host("a", port: 70000),
  ])
  func unusableHostsAreRefused(host: PostgresSettings.Host) async throws {
    var settings = try await Self.cluster.value.settings()
    settings.hosts = [host]
    let error = await #expect(throws: PostgresError.self) {
      try await PostgresConnection.connect(settings, timeout: .seconds(1))
    }
    #expect(error?.kind == .invalid)
  }

  /// The server no longer runs the statement with `mark` in it.
  private func expectStopped(_ mark: String) async throws {
    let observer = try await connect()
    let deadline = ContinuousClock.now + .seconds(10)
    var running = 1
    while running > 0, .now < deadline {
      running = try await observer.query(
        "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE $1 AND state = 'active' AND pid <> pg_backend_pid()",
        [PostgresValue("%\(mark)%")], timeout: .seconds(5)
      ).only().get("n")
    }
    #expect(running == 0)
  }
}
