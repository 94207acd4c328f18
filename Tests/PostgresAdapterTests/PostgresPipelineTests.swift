import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

/// Many statements sent at once.
@Suite struct PostgresPipelineTests {
  private static let insert = "INSERT INTO t VALUES ($1, $2)"

  private func connect() async throws -> PostgresConnection {
    let connection = try await LogicalCluster.connect()
    try await connection.execute(
      "CREATE TEMP TABLE t (id int PRIMARY KEY, words text, UNIQUE (words) DEFERRABLE INITIALLY DEFERRED)",
      timeout: .seconds(10))
    return connection
  }

  private func insert(_ id: Int, _ words: PostgresValue? = nil) -> PostgresStatement {
    PostgresStatement(Self.insert, [PostgresValue(id), words])
  }

  @Test func eachStatementHasItsCount() async throws {
    let connection = try await connect()
    let counts = try await connection.pipeline(
      [
        insert(1, "a"), insert(2), PostgresStatement("UPDATE t SET words = words || 'x'"),
        PostgresStatement("DELETE FROM t WHERE id = $1", [9]), PostgresStatement("SELECT * FROM t"),
        PostgresStatement("CREATE TEMP TABLE u ()"),
      ], timeout: .seconds(10))
    #expect(counts == [1, 1, 2, 0, 2, 0])
    #expect(try await connection.pipeline([], timeout: .seconds(10)) == [])
    #expect(try await connection.value("SELECT words FROM t WHERE id = 1") == "ax")
  }

  @Test func manyStatementsInOnePipeline() async throws {
    let connection = try await connect()
    let words = PostgresValue(String(repeating: "w", count: 200))
    let statements = (0..<50_000).map { id in
      id.isMultiple(of: 3)
        ? PostgresStatement("SELECT $1::int, $2::text", [PostgresValue(id), words]) : insert(id, nil)
    }
    let counts = try await connection.pipeline(statements, timeout: .seconds(60))
    #expect(counts == [Int](repeating: 1, count: 50_000))
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "33333")
  }

  @Test(arguments: [0, 1, 4999]) func aRefusedStatementIsNamedAndNothingIsDone(place: Int) async throws {
    let connection = try await connect()
    try await connection.execute("INSERT INTO t VALUES (-1)", timeout: .seconds(5))
    var statements = (0..<5000).map { insert($0) }
    statements[place] = insert(-1)
    let error = await #expect(throws: PostgresPipelineError.self) {
      try await connection.pipeline(statements, timeout: .seconds(20))
    }
    #expect(error?.index == place)
    #expect(error?.error.isUniqueViolation == true && error?.error.constraint == "t_pkey")
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "1")
    #expect(try await connection.pipeline([insert(1)], timeout: .seconds(5)) == [1])
  }

  @Test func aRefusalInsideATransactionLeavesItToTheCaller() async throws {
    let connection = try await connect()
    try await connection.execute("BEGIN; INSERT INTO t VALUES (1)", timeout: .seconds(5))
    let error = await #expect(throws: PostgresPipelineError.self) {
      try await connection.pipeline([insert(2), insert(1), insert(3)], timeout: .seconds(5))
    }
    #expect(error?.index == 1)
    let aborted = await #expect(throws: PostgresError.self) {
      try await connection.query("SELECT 1", timeout: .seconds(5))
    }
    #expect(aborted?.sqlState == "25P02")
    try await connection.execute("ROLLBACK", timeout: .seconds(5))
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "0")
    // The same with the transaction in the pipeline itself.
    await #expect(throws: PostgresPipelineError.self) {
      try await connection.pipeline(
        [PostgresStatement("BEGIN"), insert(1), insert(1), PostgresStatement("COMMIT")], timeout: .seconds(5))
    }
    try await connection.execute("ROLLBACK", timeout: .seconds(5))
    #expect(
      try await connection.pipeline(
        [PostgresStatement("BEGIN"), insert(1), PostgresStatement("COMMIT")], timeout: .seconds(5)) == [0, 1, 0])
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "1")
  }

  @Test func aRefusedCommitStandsBehindTheStatements() async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresPipelineError.self) {
      try await connection.pipeline([insert(1, "same"), insert(2, "same")], timeout: .seconds(5))
    }
    #expect(error?.index == 2)
    #expect(error?.error.isUniqueViolation == true)
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "0")
  }

  @Test func whatCannotBeParsedOrSentIsNamedBeforeAnythingRuns() async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresPipelineError.self) {
      try await connection.pipeline([insert(1), PostgresStatement("SELEKT")], timeout: .seconds(5))
    }
    #expect(error?.index == 1 && error?.error.sqlState == "42601")
    let zero = await #expect(throws: PostgresError.self) {
      try await connection.pipeline([insert(1), insert(2, "a\0b")], timeout: .seconds(5))
    }
    #expect(zero?.kind == .invalid)
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "0")
  }

  @Test func aCopyInAPipelineCostsTheSessionNotThePatience() async throws {
    let connection = try await connect()
    await #expect(throws: (any Error).self) {
      try await connection.pipeline(
        [insert(1), PostgresStatement("COPY t TO STDOUT"), insert(2)], timeout: .seconds(5))
    }
    #expect(await connection.isBroken)
  }

  @Test func aTimeoutStopsTheStatementAtTheServer() async throws {
    let connection = try await connect()
    let observer = try await LogicalCluster.connect()
    let error = await #expect(throws: PostgresError.self) {
      try await connection.pipeline(
        [insert(1), PostgresStatement("SELECT pg_sleep(60), 'pipeline-mark'")], timeout: .milliseconds(500))
    }
    #expect(error?.kind == .timedOut)
    #expect(await connection.isBroken)
    let deadline = ContinuousClock.now + .seconds(10)
    var running: String?
    repeat {
      running = try await observer.value(
        "SELECT count(*)::text FROM pg_stat_activity WHERE query LIKE '%pipeline-mark%' AND pid <> pg_backend_pid()")
    } while running != "0" && .now < deadline
    #expect(running == "0")
  }

  @Test func anEndedSessionIsToldFromARefusal() async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresError.self) {
      try await connection.pipeline(
        [insert(1), PostgresStatement("SELECT pg_terminate_backend(pg_backend_pid())"), insert(2)],
        timeout: .seconds(5))
    }
    #expect(error?.kind == .disconnected)
    #expect(await connection.isBroken)
  }
}
