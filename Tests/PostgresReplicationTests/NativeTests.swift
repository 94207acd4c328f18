import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import Testing

@testable import PostgresReplication

@Suite struct NativeTests {
  private static let schema = "CREATE TABLE item (id int PRIMARY KEY, v text); CREATE TABLE other (id int PRIMARY KEY)"

  private func bench(_ schema: String = schema) async throws -> LinkBench {
    var bench = try await LinkBench(schema, role: "chief")
    bench.settings.mode = .native
    for side in [bench.source, bench.target] {
      try await side.administer("ALTER ROLE chief SUPERUSER", database: "postgres")
    }
    return bench
  }

  /// The life that the engine leads.
  private func begin(_ link: NativeLink) async throws {
    let prepared = try await link.prepare()
    #expect(prepared.obstacles == [])
    #expect(prepared.isPrepared)
    try await link.copyBaseline { _ in }
    let inspection = try await link.inspect()
    #expect(!inspection.needsBaseline)
    #expect(inspection.obstacles == [])
  }

  private func drain(_ link: NativeLink) async throws {
    let goal = try await link.sourcePosition()
    let deadline = ContinuousClock.now + .seconds(60)
    while try await link.appliedPosition() < goal {
      guard .now < deadline else {
        Issue.record("not drained to \(goal)")
        return
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  private func expectEqual(_ table: String, _ bench: LinkBench) async throws {
    let sql = "SELECT t::text FROM \(table) t ORDER BY t::text COLLATE \"C\""
    #expect(try await bench.atTarget(sql) == bench.atSource(sql), "\(table)")
  }

  private func leftovers(_ bench: LinkBench) async throws -> [String] {
    let sql = """
      SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()
      UNION ALL SELECT 'publication ' || pubname FROM pg_publication
      UNION ALL SELECT 'subscription ' || subname FROM pg_subscription
        WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())
      """
    return try await bench.atSource(sql) + bench.atTarget(sql)
  }

  @Test func itIsSetUpFollowsAndGoesAgain() async throws {
    let bench = try await bench()
    try await bench.onSource("INSERT INTO item SELECT g, 'v' || g FROM generate_series(1, 1000) g")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await expectEqual("item", bench)
    let seen = Mutex((progress: LinkProgress?.none, rows: 0))
    let watching = Task {
      try await link.stream { report in
        guard case .applied(let progress) = report else { return }
        seen.withLock {
          $0.progress = progress
          $0.rows += progress.rows["public.item"] ?? 0
        }
      }
    }
    let deadline = ContinuousClock.now + .seconds(60)
    // Rows are counted from the first look on.
    while seen.withLock({ $0.progress == nil }), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
    }
    try await bench.onSource("UPDATE item SET v = 'w' WHERE id <= 10; DELETE FROM item WHERE id > 990")
    let goal = try await link.sourcePosition()
    while seen.withLock({ $0.progress?.applied ?? .zero < goal || $0.rows < 20 }), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
    }
    try await expectEqual("item", bench)
    #expect(seen.withLock { $0.progress?.appliedCommit } != nil)
    #expect(seen.withLock { $0.rows } == 20)
    let outcome = try await link.verify(tables: ["public.item"], progress: { _ in })["public.item"]
    #expect(outcome?.summary.isEqual == true)
    // Who watches may go; the servers go on.
    watching.cancel()
    _ = await watching.result
    try await bench.onSource("INSERT INTO item VALUES (2000, 'unwatched')")
    try await drain(link)
    try await expectEqual("item", bench)
    try await link.tearDown()
    #expect(try await leftovers(bench) == [])
    #expect(try await bench.atTarget("SELECT count(*)::text FROM item") == ["991"])
    try await link.tearDown()
  }

  @Test func itStandsStillWhileHalted() async throws {
    let bench = try await bench()
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await link.halt()
    try await bench.onSource("INSERT INTO item VALUES (1, 'late')")
    #expect(try await link.inspect().slot?.active == false)
    #expect(try await bench.atTarget("SELECT count(*)::text FROM item") == ["0"])
    let resumed = Task { try await link.stream { _ in } }
    try await drain(link)
    try await expectEqual("item", bench)
    resumed.cancel()
    _ = await resumed.result
    try await link.tearDown()
  }

  @Test func itIsReversedWithoutCopying() async throws {
    let bench = try await bench()
    try await bench.onSource("INSERT INTO item VALUES (1, 'a')")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await drain(link)
    let back = NativeLink(settings: bench.settings.reversed)
    try await link.halt()
    let inspection = try await back.adopt()
    #expect(inspection.obstacles == [] && inspection.isPrepared && !inspection.needsBaseline)
    try await link.tearDown()
    let watching = Task { try await back.stream { _ in } }
    try await bench.onTarget("UPDATE item SET v = 'b'; INSERT INTO item VALUES (2, 'c')")
    try await drain(back)
    try await expectEqual("item", bench)
    #expect(try await bench.atSource("SELECT v FROM item ORDER BY id") == ["b", "c"])
    watching.cancel()
    _ = await watching.result
    try await back.tearDown()
    #expect(try await leftovers(bench) == [])
  }

  @Test func tablesAreCopiedAnewAndComeLater() async throws {
    let bench = try await bench()
    try await bench.onSource("INSERT INTO item VALUES (1, 'a'); INSERT INTO other VALUES (1)")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await bench.onTarget("UPDATE item SET v = 'spoilt'; INSERT INTO item VALUES (9, 'surplus')")
    try await link.discard(tables: ["public.item"])
    try await bench.onSource("CREATE TABLE more (id int PRIMARY KEY); INSERT INTO more VALUES (7)")
    #expect(try await link.inspect().tables.first { $0.name == "public.more" }?.state == .parked)
    try await bench.onTarget("CREATE TABLE more (id int PRIMARY KEY)")
    try await begin(link)
    for table in ["item", "other", "more"] { try await expectEqual(table, bench) }
    try await bench.onSource("INSERT INTO more VALUES (8); UPDATE item SET v = 'b'")
    try await drain(link)
    for table in ["item", "other", "more"] { try await expectEqual(table, bench) }
    try await link.tearDown()
  }

  @Test func aRoleWithoutTheRightIsToldWhatToGrant() async throws {
    var bench = try await LinkBench(Self.schema)
    bench.settings.mode = .native
    let link = NativeLink(settings: bench.settings)
    let obstacle =
      "the target \(bench.settings.targetNode): the role app may not make a subscription: "
      + "ALTER ROLE app SUPERUSER, or use mode: stream, which needs none"
    #expect(try await link.inspect().obstacles == [obstacle])
    #expect(try await link.prepare().obstacles == [obstacle])
    let error = await #expect(throws: LinkFailure.self) { try await link.adopt() }
    #expect(error == .blocked(obstacle))
    #expect(try await leftovers(bench) == [])
  }

  @Test func aWayThatDoesNotExistIsSaidWithoutThePassword() async throws {
    var bench = try await bench()
    let secret = "it's \\ secret"
    bench.settings.nativeRoute = NativeRoute(password: Secret(secret))
    let link = NativeLink(settings: bench.settings)
    let error = await #expect(throws: LinkFailure.self) { try await link.prepare() }
    #expect(error?.description.contains("password authentication failed") == true)
    #expect(error?.description.contains("secret") == false)
    try await link.tearDown()
    #expect(try await leftovers(bench) == [])
  }

  @Test func theAgeOfAPositionIsKnownFromWhereTheSourceWas() {
    var history = PositionHistory()
    let at = { (second: Int64) in Timestamp(microsecondsSinceEpoch: second * 1_000_000) }
    for second in 1...10 as ClosedRange<Int64> { history.add(LSN(UInt64(second) * 100), at: at(second)) }
    #expect(history.time(at: LSN(99)) == nil)
    #expect(history.time(at: LSN(450)) == at(4))
    history.add(LSN(1000), at: at(20))
    #expect(history.time(at: LSN(5000)) == at(20))
    history.forget(before: LSN(450))
    #expect(history.time(at: LSN(300)) == nil)
    #expect(history.time(at: LSN(400)) == at(4))
    for second in 21...20_000 as ClosedRange<Int64> { history.add(LSN(UInt64(second) * 100), at: at(second)) }
    #expect(history.time(at: LSN(2_000_000)) == at(20_000))
    #expect(history.time(at: LSN(500)) != nil)
  }

  @Test func aConnectionStringSaysWhatIsAskedFor() {
    let source = PostgresSettings(
      hosts: [.init("db.example")], database: "app", user: "o'neil", password: Secret("a'b\\c"),
      security: .verifyHost(rootCertificateFile: "/here/root.crt"))
    var settings = LinkSettings(
      id: LinkID("l"), mode: .native, sourceNode: CloudID("a"), targetNode: CloudID("b"), source: source, target: source
    )
    #expect(SubscriptionText(settings: settings).connection.contains(#"user='o\'neil'"#))
    #expect(SubscriptionText(settings: settings).connection.contains(#"password='a\'b\\c'"#))
    settings.nativeRoute = NativeRoute(
      host: .init("10.0.0.1", port: 6432), user: "copy", passwordFile: "/there/pass", rootCertificateFile: "/there/root"
    )
    let text = SubscriptionText(settings: settings).connection
    #expect(text.hasPrefix("host='10.0.0.1' port='6432' dbname='app' user='copy'"))
    #expect(text.hasSuffix("passfile='/there/pass' sslmode='verify-full' sslrootcert='/there/root'"))
    #expect(!text.contains("password="))
    settings.nativeRoute = NativeRoute(host: .init("db.example", port: 6432, address: "10.0.0.1"))
    let named = SubscriptionText(settings: settings).connection
    #expect(named.contains("host='db.example' port='6432'") && named.contains(" hostaddr='10.0.0.1' "))
  }
}
