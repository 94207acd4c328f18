import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

/// COPY out of a server and into one.
@Suite struct PostgresCopyTests {
  private struct GaveUp: Error {}

  private func connect() async throws -> PostgresConnection { try await LogicalCluster.connect() }

  private func copyOut(_ sql: String, from connection: PostgresConnection, limit: Int = 256 * 1024) async throws
    -> [[UInt8]]
  {
    try await connection.startCopyOut(sql, timeout: .seconds(10))
    var chunks: [[UInt8]] = []
    while let chunk = try await connection.copyOutChunk(limit: limit, idleTimeout: .seconds(10)) {
      chunks.append(chunk)
    }
    return chunks
  }

  private func copyIn(_ sql: String, to connection: PostgresConnection, _ chunks: [[UInt8]]) async throws -> Int {
    let rest = Mutex(chunks[...])
    return try await connection.copyIn(sql, idleTimeout: .seconds(10)) { rest.withLock { $0.popFirst() } }
  }

  @Test(arguments: [1, 7, 256 * 1024]) func awkwardValuesComeBackAsTheyWere(limit: Int) async throws {
    let source = try await connect()
    let target = try await connect()
    try await source.execute(
      """
      CREATE TEMP TABLE t (id int, words text, bin bytea, list text[], f float8, doc jsonb);
      INSERT INTO t VALUES (1, E'tab\\t newline\\n return\\r backslash\\\\ \\\\N \\\\.', '\\x00ff0a', '{"a\\"b",NULL,""}', 'NaN', '{}'),
        (2, '', '', '{}', '-Infinity', 'null'), (3, NULL, NULL, NULL, NULL, NULL), (4, '\\.', '\\x5c2e', '{"\\\\"}', 0, '"\\n"'),
        (5, repeat('ß😀', 100000), NULL, NULL, 1e-300, NULL);
      """, timeout: .seconds(10))
    try await target.execute(
      "CREATE TEMP TABLE t (id int, words text, bin bytea, list text[], f float8, doc jsonb)", timeout: .seconds(10))
    let chunks = try await copyOut("COPY t TO STDOUT", from: source, limit: limit)
    #expect(try await copyIn("COPY t FROM STDIN", to: target, chunks) == 5)
    let digest = "SELECT string_agg(md5(t::text), ' ' ORDER BY id) AS digest FROM t"
    #expect(try await source.value(digest) == target.value(digest))
    #expect(try await target.value("SELECT words FROM t WHERE id = 4") == "\\.")
  }

  /// Chunks need not end with a row, and may hold nothing.
  @Test func chunksMayBeCutAnywhere() async throws {
    let connection = try await connect()
    try await connection.execute("CREATE TEMP TABLE t (a int, b text)", timeout: .seconds(10))
    let bytes = Array("1\tone\n2\ttwo \\\\ß\n3\t\\N\n".utf8)
    #expect(try await copyIn("COPY t FROM STDIN", to: connection, [[]] + bytes.map { [$0] } + [[]]) == 3)
    #expect(try await connection.value("SELECT b FROM t WHERE a = 2") == "two \\ß")
    #expect(try await copyIn("COPY t FROM STDIN", to: connection, []) == 0)
  }

  @Test func nothingToCopyIsNothing() async throws {
    let connection = try await connect()
    #expect(try await copyOut("COPY (SELECT 1 WHERE false) TO STDOUT", from: connection) == [])
    #expect(try await copyOut("COPY (SELECT 1) TO STDOUT", from: connection) == [Array("1\n".utf8)])
  }

  @Test func muchPassesThroughFullBuffers() async throws {
    let source = try await connect()
    let target = try await connect()
    try await target.execute("CREATE TEMP TABLE t (n int, words text)", timeout: .seconds(10))
    try await source.startCopyOut(
      "COPY (SELECT n, repeat('x', 500) FROM generate_series(1, 40000) n) TO STDOUT", timeout: .seconds(10))
    let count = try await target.copyIn("COPY t FROM STDIN", idleTimeout: .seconds(20)) {
      try await source.copyOutChunk(idleTimeout: .seconds(20))
    }
    #expect(count == 40000)
    #expect(try await target.value("SELECT sum(n)::text || ' ' || sum(length(words)) FROM t") == "800020000 20000000")
  }

  @Test(arguments: [
    ("COPY nowhere TO STDOUT", "42P01"), ("COPY pg_authid TO STDOUT", "42501"), ("COPY t TO '/tmp/x'", "42501"),
    ("nonsense", "42601"), ("COPY (SELECT 1/0) TO STDOUT", "22012"),
    ("COPY (SELECT 10 / (100 - n) FROM generate_series(1, 200) n) TO STDOUT", "22012"),
  ])
  func aRefusedCopyOutLeavesTheSessionUsable(sql: String, state: String) async throws {
    let connection = try await connect()
    try await connection.execute("CREATE TEMP TABLE t (a int)", timeout: .seconds(10))
    let error = await #expect(throws: PostgresError.self) { try await copyOut(sql, from: connection) }
    #expect(error?.kind == .server && error?.sqlState == state, "\(String(describing: error))")
    #expect(try await connection.value("SELECT 1::text") == "1")
  }

  @Test(arguments: [
    ("COPY nowhere FROM STDIN", "1\n", "42P01"), ("COPY t FROM STDIN", "1\n2\nx\n", "22P02"),
    ("COPY t FROM STDIN", "1\n1\n", "23505"), ("COPY t FROM STDIN", "1\t2\n", "22P04"),
  ])
  func aRefusedCopyInHasHadNoEffect(sql: String, rows: String, state: String) async throws {
    let connection = try await connect()
    try await connection.execute("CREATE TEMP TABLE t (a int PRIMARY KEY)", timeout: .seconds(10))
    // Much more follows what is refused.
    let more = (100..<60_000).map { "\($0)\n" }.joined()
    let error = await #expect(throws: PostgresError.self) {
      try await copyIn(sql, to: connection, [Array(rows.utf8), Array(more.utf8)])
    }
    #expect(error?.kind == .server && error?.sqlState == state, "\(String(describing: error))")
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "0")
  }

  @Test(arguments: [0, 3]) func aSourceThatThrowsHasHadNoEffect(chunks: Int) async throws {
    let connection = try await connect()
    try await connection.execute("CREATE TEMP TABLE t (a int)", timeout: .seconds(10))
    let rest = Mutex(chunks)
    await #expect(throws: GaveUp.self) {
      try await connection.copyIn("COPY t FROM STDIN", idleTimeout: .seconds(10)) {
        let isOver = rest.withLock { rest in
          defer { rest -= 1 }
          return rest == 0
        }
        if isOver { throw GaveUp() }
        return Array((0..<50_000).map { "\($0)\n" }.joined().utf8)
      }
    }
    #expect(try await connection.value("SELECT count(*)::text FROM t") == "0")
  }

  @Test func statementsWaitForACopyNoLongerThanTheirTime() async throws {
    let connection = try await connect()
    try await connection.startCopyOut("COPY (SELECT 1) TO STDOUT", timeout: .seconds(10))
    let error = await #expect(throws: PostgresError.self) {
      try await connection.query("SELECT 1", timeout: .milliseconds(100))
    }
    #expect(error?.kind == .exhausted)
    let waiting = Task { try await connection.value("SELECT 'served'") }
    while try await connection.copyOutChunk(idleTimeout: .seconds(5)) != nil {}
    #expect(try await waiting.value == "served")
    let none = await #expect(throws: PostgresError.self) {
      try await connection.copyOutChunk(idleTimeout: .seconds(5))
    }
    #expect(none?.kind == .invalid)
    #expect(try await connection.value("SELECT 'still'") == "still")
  }

  @Test func aSecondReaderIsRefused() async throws {
    let connection = try await connect()
    // The server keeps a small beginning to itself.
    try await connection.startCopyOut(
      "COPY (SELECT repeat('x', 10000), CASE n WHEN 9 THEN pg_sleep(60) END FROM generate_series(1, 9) n) TO STDOUT",
      timeout: .seconds(10))
    // Whichever comes second is refused at once; the other waits until it is cancelled.
    let kinds = await withTaskGroup(of: PostgresError.Kind?.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do { while try await connection.copyOutChunk(idleTimeout: .seconds(60)) != nil {} } catch {
            return (error as? PostgresError)?.kind
          }
          return nil
        }
      }
      let first = await group.next()
      group.cancelAll()
      return [first, await group.next()]
    }
    #expect(kinds == [.invalid, .some(nil)])
    #expect(await connection.isBroken)
  }

  @Test func aCopyThatIsLeftLetsOthersGo() async throws {
    let connection = try await connect()
    try await connection.startCopyOut("COPY (SELECT generate_series(1, 100000)) TO STDOUT", timeout: .seconds(10))
    _ = try await connection.copyOutChunk(limit: 10, idleTimeout: .seconds(5))
    let waiting = Task { try await connection.value("SELECT 1::text") }
    await connection.close()
    #expect(await #expect(throws: PostgresError.self) { try await waiting.value }?.kind == .disconnected)
  }

  @Test func aFrozenServerCostsTheCopy() async throws {
    let cluster = try await TemporaryCluster.start(address: "127.21.2.2")
    try await cluster.administer("CREATE TABLE t (words text); GRANT ALL ON t TO app")
    let source = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    let target = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    try await source.startCopyOut(
      "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 1000000)) TO STDOUT", timeout: .seconds(10))
    _ = try await source.copyOutChunk(idleTimeout: .seconds(10))
    let sent = Mutex(0)
    let row = [UInt8](repeating: UInt8(ascii: "y"), count: 100_000) + [UInt8(ascii: "\n")]
    let copying = Task {
      try await target.copyIn("COPY t FROM STDIN", idleTimeout: .seconds(1)) {
        sent.withLock { $0 += 1 }
        return row
      }
    }
    while sent.withLock({ $0 }) < 20 { await Task.yield() }
    try await cluster.signal(SIGSTOP)
    let reading = await #expect(throws: PostgresError.self) {
      while try await source.copyOutChunk(idleTimeout: .seconds(1)) != nil {}
    }
    let writing = await #expect(throws: PostgresError.self) { try await copying.value }
    #expect(reading?.kind == .timedOut && writing?.kind == .timedOut)
    #expect(await source.isBroken)
    #expect(await target.isBroken)
    try await cluster.signal(SIGCONT)
    let again = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    #expect(try await again.value("SELECT count(*)::text FROM t") == "0")
  }

  @Test func cancellationEndsACopyAtOnce() async throws {
    let connection = try await connect()
    let observer = try await connect()
    try await connection.execute("CREATE TEMP TABLE t (a int)", timeout: .seconds(10))
    let backend = try #require(try await connection.value("SELECT pg_backend_pid()::text"))
    let hasBegun = Mutex(false)
    let copying = Task {
      try await connection.copyIn("COPY t FROM STDIN", idleTimeout: .seconds(60)) {
        hasBegun.withLock { $0 = true }
        try await Task.sleep(for: .seconds(60))
        return []
      }
    }
    while !hasBegun.withLock({ $0 }) { await Task.yield() }
    copying.cancel()
    await #expect(throws: CancellationError.self) { try await copying.value }
    let deadline = ContinuousClock.now + .seconds(10)
    var count: String?
    repeat {
      count = try await observer.value(
        "SELECT count(*)::text FROM pg_stat_activity WHERE pid = $1::int AND state = 'active'", [PostgresValue(backend)]
      )
    } while count != "0" && .now < deadline
    #expect(count == "0")
  }
}
