import Operations
import PostgresAdapter
import PostgresTestSupport
import Synchronization
import TestSupport
import Testing

@testable import PostgresReplication

/// One after another: a server has few workers for all of its subscriptions.
@Suite(.serialized) struct NativeTests {
  private static let schema = "CREATE TABLE item (id int PRIMARY KEY, v text); CREATE TABLE other (id int PRIMARY KEY)"

  private func bench(_ schema: String = schema) async throws -> LinkBench {
    var bench = try await LinkBench(schema, role: "chief")
    bench.settings.mode = .native
    for side in [bench.source, bench.target] {
      // Workers are started again at once.
      try await side.administer(
        """
        ALTER ROLE chief SUPERUSER; ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'; SELECT pg_reload_conf()
        """, database: "postgres")
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

  private func item(_ inspection: LinkInspection) -> ReplicatedTable? {
    inspection.tables.first { $0.name == "public.item" }
  }

  /// Nobody sends what was written while it was out of the publication.
  @Test func aTableThatLackedAColumnIsCopiedAnew() async throws {
    let bench = try await bench()
    try await bench.onSource("INSERT INTO item VALUES (1, 'a'); INSERT INTO other VALUES (1)")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await bench.onSource("ALTER TABLE item ADD w int")
    let found = try await link.prepare()
    #expect(item(found)?.state == .parked)
    try await bench.onSource(
      "INSERT INTO item VALUES (2, 'b', 2); UPDATE item SET w = 1 WHERE id = 1; INSERT INTO other VALUES (2)")
    try await drain(link)
    try await expectEqual("other", bench)
    try await bench.onTarget("ALTER TABLE item ADD w int")
    try await begin(link)
    for table in ["item", "other"] { try await expectEqual(table, bench) }
    try await bench.onSource("INSERT INTO item VALUES (3, 'c', 3)")
    try await drain(link)
    try await expectEqual("item", bench)
    try await link.tearDown()
  }

  /// Each is what a crash leaves, the later ones with what those before have done.
  @Test func aCopyThatBrokeOffBeginsAnew() async throws {
    let bench = try await bench()
    let (slot, publication) = (bench.settings.slotName, bench.settings.publications[0])
    try await bench.onSource("INSERT INTO item SELECT g, 'v' || g FROM generate_series(1, 100) g")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    let state = "UPDATE signalbox.link_table SET state = 'copying'"
    let ofItem = "WHERE table_name = 'public.item'"
    let steps: [(source: String, target: String)] = [
      ("", "\(state), ready = NULL \(ofItem)"), ("ALTER PUBLICATION \(publication) DROP TABLE item", ""),
      ("", "ALTER SUBSCRIPTION \(slot) REFRESH PUBLICATION"),
      ("", "ALTER SUBSCRIPTION \(slot) DISABLE; TRUNCATE item; \(state), ready = '0/1' \(ofItem)"),
      ("ALTER PUBLICATION \(publication) ADD TABLE item", ""),
    ]
    for count in 1...steps.count {
      try await bench.onTarget("UPDATE item SET v = 'spoilt'; INSERT INTO item VALUES (1000, 'surplus')")
      for step in steps[..<count] {
        if !step.source.isEmpty { try await bench.onSource(step.source) }
        if !step.target.isEmpty { try await bench.onTarget(step.target) }
      }
      try await bench.onSource("UPDATE item SET v = v || '\(count)' WHERE id <= 10")
      try await begin(link)
      try await expectEqual("item", bench)
      try await bench.onSource("UPDATE item SET v = v || '+' WHERE id <= 10")
      try await drain(link)
      try await expectEqual("item", bench)
    }
    // What the servers went on with is not thrown away.
    try await bench.onTarget("\(state); INSERT INTO item VALUES (1000, 'witness')")
    try await begin(link)
    #expect(try await bench.atTarget("SELECT v FROM item WHERE id = 1000") == ["witness"])
    // But where the table has been out of the publication since, it is.
    try await bench.onTarget(state)
    try await bench.onSource(
      "ALTER PUBLICATION \(publication) DROP TABLE item; INSERT INTO item VALUES (500, 'unsent')")
    try await begin(link)
    try await expectEqual("item", bench)
    try await link.tearDown()
  }

  @Test func everythingIsCopiedAnewWhereTheSlotIsLost() async throws {
    var bench = try await bench("\(Self.schema); CREATE TABLE note (a int, b text)")
    bench.settings.keyless = .full
    try await bench.onSource("INSERT INTO item VALUES (1, 'a'); INSERT INTO note VALUES (1, 'x'), (1, 'x'), (2, 'y')")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await link.halt()
    #expect(try await eventually { try await link.slot()?.active == false })
    try await bench.onSource(
      """
      SELECT pg_drop_replication_slot('\(bench.settings.slotName)'); INSERT INTO item VALUES (2, 'b');
      DELETE FROM note WHERE a = 2; INSERT INTO note VALUES (3, 'z')
      """)
    #expect(try await link.prepare().obstacles.first?.contains("signalbox sync baseline --link") == true)
    try await link.discard(tables: ["public.item", "public.other", "public.note"])
    try await begin(link)
    for table in ["item", "other", "note"] { try await expectEqual(table, bench) }
    try await bench.onSource("UPDATE note SET b = 'w' WHERE a = 1; DELETE FROM item WHERE id = 1")
    try await drain(link)
    for table in ["item", "note"] { try await expectEqual(table, bench) }
    try await link.tearDown()
  }

  /// Or whose dropping was broken off.
  @Test(arguments: [true, false])
  func aSubscriptionThatIsLostIsMadeAgainForANewCopy(isDropped: Bool) async throws {
    let bench = try await bench()
    try await bench.onSource("INSERT INTO item VALUES (1, 'a')")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    let name = bench.settings.slotName
    try await bench.onTarget("ALTER SUBSCRIPTION \(name) DISABLE; ALTER SUBSCRIPTION \(name) SET (slot_name = NONE)")
    if isDropped { try await bench.onTarget("DROP SUBSCRIPTION \(name)") }
    try await bench.onSource("UPDATE item SET v = 'b'; INSERT INTO item VALUES (2, 'c')")
    #expect(try await link.inspect().isPrepared == false)
    let error = await #expect(throws: LinkFailure.self) { try await link.prepare() }
    guard case .slotLost(let reason) = error else { return #expect(error == nil) }
    #expect(reason.contains("the subscription \(name)"), "\(reason)")
    #expect(reason.contains("signalbox sync baseline --link"), "\(reason)")
    #expect(try await bench.atTarget("SELECT v FROM item") == ["a"])
    try await link.discard(tables: ["public.item", "public.other"])
    try await begin(link)
    try await expectEqual("item", bench)
    try await link.tearDown()
    #expect(try await leftovers(bench) == [])
  }

  /// What the target has may be all that is left of the one before.
  @Test func aTableThatIsAnotherByNowIsSetAside() async throws {
    let bench = try await bench()
    try await bench.onSource("INSERT INTO item VALUES (1, 'old')")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await bench.onSource(
      """
      DROP TABLE item; SET ROLE chief; CREATE TABLE item (id int PRIMARY KEY, v text);
      INSERT INTO item VALUES (1, 'new')
      """)
    #expect(try await link.inspect().needsRecord)
    let found = try await link.prepare()
    #expect(item(found)?.state == .parked && !found.needsBaseline && !found.needsRecord)
    #expect(item(found)?.reason?.contains("is another table at") == true)
    try await bench.onSource("INSERT INTO item VALUES (2, 'newer'); INSERT INTO other VALUES (1)")
    try await begin(link)
    try await drain(link)
    try await expectEqual("other", bench)
    #expect(try await bench.atTarget("SELECT v FROM item") == ["old"])
    try await link.discard(tables: ["public.item"])
    try await begin(link)
    try await expectEqual("item", bench)
    try await link.tearDown()
  }

  @Test func foreignKeysGoForACopyAndComeBack() async throws {
    let bench = try await bench(
      "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent)")
    try await bench.onSource("INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2)")
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    try await bench.onTarget("SET session_replication_role = replica; DELETE FROM parent WHERE id = 2")
    try await link.discard(tables: ["public.parent"])
    _ = try await link.prepare()
    let rebuilt = Mutex<[String]>([])
    try await link.copyBaseline { report in
      if case .rebuilding(let names) = report { rebuilt.withLock { $0 += names } }
    }
    #expect(rebuilt.withLock { $0 } == ["child_parent_fkey"])
    for table in ["parent", "child"] { try await expectEqual(table, bench) }
    let keys = "SELECT conname || ' ' || convalidated FROM pg_constraint WHERE contype = 'f'"
    #expect(try await bench.atTarget(keys) == ["child_parent_fkey true"])
    // An attempt that ended before they were made again.
    let session = try await bench.connectTarget()
    try await Rebuild(settings: bench.settings).takeAway(from: "parent", indexesToo: false, on: session)
    await session.close()
    #expect(try await bench.atTarget(keys) == [])
    #expect(try await link.inspect().needsBaseline)
    try await begin(link)
    #expect(try await bench.atTarget(keys) == ["child_parent_fkey true"])
    #expect(try await bench.atTarget("SELECT name FROM signalbox.link_rebuild") == [])
    try await link.tearDown()
  }

  /// Where nobody has watched it come.
  @Test func theAgeOfWhatWasAppliedLastIsKnown() async throws {
    let bench = try await bench()
    let link = NativeLink(settings: bench.settings)
    try await begin(link)
    let target = try await bench.connectTarget()
    var id = 0
    let isKnown = try await eventually {
      id += 1
      try await bench.onSource("INSERT INTO item VALUES (\(id), 'v')")
      try await drain(link)
      let committed = try await bench.atSource(
        """
        SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint::text AS at FROM item
        WHERE id = \(id)
        """)
      // Somebody else may have committed there since.
      let newest = try await NativeWatch.newestCommit(bench.settings, on: target)
      return newest.map { ["\($0.microsecondsSinceEpoch)"] } == committed
    }
    #expect(isKnown)
    await target.close()
    try await link.tearDown()
  }

  @Test func aSubscriptionThatDiesIsNamed() {
    let source = PostgresSettings(
      hosts: [.init("db.example")], database: "app", user: "app", password: Secret("p"), security: .none)
    let settings = LinkSettings(
      id: LinkID("l"), mode: .native, sourceNode: CloudID("a"), targetNode: CloudID("b"), source: source, target: source
    )
    let lives = Subscription(
      isEnabled: true, hasSlot: true, isWorking: true, received: LSN(1), applyErrors: 0, copyErrors: 0, tables: [:])
    var (disabled, idle, silent) = (lives, lives, lives)
    disabled.isEnabled = false
    (idle.isWorking, idle.received) = (false, nil)
    silent.received = nil
    let start = ContinuousClock.now
    func reason(of looks: [(Int, Subscription)]) -> String? {
      var pulse = SubscriptionPulse(settings: settings)
      for (second, subscription) in looks {
        do { try pulse.judge(subscription, at: start + .seconds(second)) } catch { return "\(second): \(error)" }
      }
      return nil
    }
    let seconds = Array(0...200)
    #expect(reason(of: seconds.map { ($0, lives) }) == nil)
    let end = reason(of: [(0, lives), (1, disabled)])
    #expect(end?.hasPrefix("1: the subscription signalbox_a_b at the target b was disabled") == true)
    let absence = reason(of: seconds.map { ($0, idle) })
    #expect(absence?.hasPrefix("30: ") == true && absence?.contains("max_logical_replication_workers") == true)
    // One that ends and is started again is no reason, and one that never comes further is.
    #expect(reason(of: seconds.map { ($0, $0.isMultiple(of: 20) ? lives : idle) }) == nil)
    let silence = reason(of: seconds.map { ($0, $0.isMultiple(of: 20) ? idle : silent) })
    #expect(silence?.hasPrefix("90: ") == true && silence?.contains("has received nothing") == true)
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
