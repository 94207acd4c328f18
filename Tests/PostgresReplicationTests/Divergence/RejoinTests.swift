import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Simulation
import TestSupport
import Testing

@testable import PostgresReplication

/// Every plan that moves the right to write, played on real servers that are killed, frozen and cut off.
@Suite(.serialized, .timeLimit(.minutes(5))) struct RejoinTests {
  private typealias Bench = RejoinBench
  private static let aws = Bench.awsID
  private static let azure = Bench.azureID

  private func begin(_ number: Int, mode: ReplicationMode = .stream) async throws -> (bench: Bench, life: Bench.Life) {
    let bench = try await Bench(number, mode: mode)
    let life = bench.live()
    try await bench.reach(life) { $0.state == .streaming && $0.tables.allSatisfy { $0.state == .streaming } }
    try await bench.drain(life)
    #expect(try await bench.rows(at: bench.aws) == bench.rows(at: bench.azure))
    return (bench, life)
  }

  /// What the old primary acknowledges and the new one never hears of.
  private static let lost = [
    "INSERT INTO shop.account VALUES (5, 'Eve', 'eve@x')", "INSERT INTO shop.entry (account, amount) VALUES (5, 1.50)",
    "UPDATE shop.account SET owner = 'Bobby' WHERE id = 2", "DELETE FROM shop.account WHERE id = 3",
    "UPDATE shop.page SET title = 'retitled' WHERE id = 1", "UPDATE shop.account SET owner = 'Dora' WHERE id = 4",
  ]

  private static let taken = [
    "UPDATE shop.account SET owner = 'Robert' WHERE id = 2", "DELETE FROM shop.account WHERE id = 4",
    "INSERT INTO shop.account VALUES (8, 'Gus', 'gus@x')", "INSERT INTO shop.entry (account, amount) VALUES (8, 8)",
  ]

  private static let divergent = [
    "shop.account id=5 only-at-old-primary", "shop.entry id=1 only-at-old-primary", "shop.account id=2 differs",
    "shop.account id=3 deleted-at-old-primary", "shop.page id=1 differs", "shop.account id=4 differs",
  ]

  private static let kept = [
    "account (1,Ann,ann@x)", "account (2,Robert,bob@x)", "account (3,Cid,)", "account (8,Gus,gus@x)",
    "entry (10002,8,8.00)", "page (1,first,x…)",
  ]

  private static let merged = [
    "account (1,Ann,ann@x)", "account (2,Robert,bob@x)", "account (3,Cid,)", "account (5,Eve,eve@x)",
    "account (8,Gus,gus@x)", "entry (1,5,1.50)", "entry (10002,8,8.00)", "page (1,first,x…)",
  ]

  private func write(_ statements: [String], _ bench: Bench, at cluster: TemporaryCluster) async throws {
    for sql in statements { try await bench.write(sql, at: cluster) }
  }

  private func done(_ operation: OperationSnapshot) {
    let steps = operation.steps.map { "\($0.title): \($0.state.rawValue) \($0.detail)" }
    #expect(operation.state == .done, "\(operation.failure ?? ""): \(steps)")
  }

  private func refuses(_ bench: Bench, at cluster: TemporaryCluster) async {
    await #expect(throws: PostgresError.self) {
      try await bench.write("INSERT INTO shop.account VALUES (99)", at: cluster)
    }
  }

  /// The rows that both sides have, once all has arrived.
  private func same(_ bench: Bench, _ life: Bench.Life) async throws -> [String] {
    try await bench.drain(life)
    let rows = try await bench.rows(at: bench.azure)
    #expect(try await bench.rows(at: bench.aws) == rows)
    return rows
  }

  // MARK: - Planned

  @Test func aSwitchoverAndTheWayBackLoseNothing() async throws {
    let (bench, life) = try await begin(30)
    try await bench.write("INSERT INTO shop.account VALUES (50)", at: bench.aws)
    try await bench.write("INSERT INTO shop.entry (account) VALUES (1)", at: bench.aws)
    done(try await bench.play(.switchover(to: Self.azure), life))
    await refuses(bench, at: bench.aws)
    try await bench.write("INSERT INTO shop.entry (account) VALUES (50)", at: bench.azure)
    #expect(try await same(bench, life).contains { $0.hasPrefix("entry (10002,50") })
    done(try await bench.play(.failback(to: Self.aws), life))
    await refuses(bench, at: bench.azure)
    try await bench.write("INSERT INTO shop.entry (account) VALUES (50)", at: bench.aws)
    #expect(try await same(bench, life).count == 9)
    // Neither way has left a slot behind that keeps log.
    #expect(try await slots(bench, bench.aws) == ["signalbox_aws_azure"])
    #expect(try await slots(bench, bench.azure) == [])
    await life.end()
  }

  @Test func aSwitchoverThatFailsIsTakenBack() async throws {
    let (bench, life) = try await begin(31)
    var plan = try await bench.plan(.switchover(to: Self.azure), life)
    let promotion = try #require(plan.steps.firstIndex { $0.title == "promote azure" })
    plan.steps[promotion].action = .role(.promote(CloudID("nowhere"), generation: Generation(2)))
    let ended = try await bench.play(plan, life)
    #expect(ended.state == .failed)
    try await bench.write("INSERT INTO shop.account VALUES (50)", at: bench.aws)
    await refuses(bench, at: bench.azure)
    #expect(try await same(bench, life).count == 6)
    #expect(await bench.link(life)?.source == Self.aws)
    await life.end()
  }

  private func slots(_ bench: Bench, _ cluster: TemporaryCluster) async throws -> [String] {
    var settings = cluster.settings()
    settings.user = "signalbox"
    let session = try await PostgresConnection.connect(settings, timeout: .seconds(10))
    let slots = try await LinkBench.column("SELECT slot_name FROM pg_replication_slots ORDER BY 1", on: session)
    await session.close()
    return slots
  }

  // MARK: - Unplanned

  @Test func aKilledPrimaryComesBackAndIsRebuilt() async throws {
    var (bench, life) = try await begin(32)
    bench.network.set(.cut)
    try await write(Self.lost, bench, at: bench.aws)
    try await bench.aws.kill()
    done(try await bench.play(.failover(to: Self.azure), life))
    try await write(Self.taken, bench, at: bench.azure)

    // It comes back with its slot, and with the right to write; nothing of it is applied, in this life and the next.
    try await bench.aws.restart()
    bench.network.set(.fair)
    try await bench.reach(life) { $0.state == .paused && $0.slot?.fresh(at: SystemClock.now) != nil }
    #expect(try await bench.rows(at: bench.azure) == Self.kept)
    await life.end()
    life = bench.live()
    try await bench.reach(life) { $0.state == .paused && $0.slot?.fresh(at: SystemClock.now) != nil }
    try await bench.write("UPDATE shop.account SET owner = 'late' WHERE id = 1", at: bench.aws)
    #expect(try await bench.rows(at: bench.azure) == Self.kept)

    let rejoined = try await bench.play(.rejoin(Self.aws, .rebuild), life)
    done(rejoined)
    #expect(rejoined.steps.last?.detail.hasSuffix("tables are equal") == true)
    #expect(try bench.directory.lines() == Self.divergent + ["shop.account id=1 differs"])
    let file = try #require(bench.directory.files.first)
    #expect(file == "divergence-aws-azure-3.jsonl" && bench.directory.mode(file) == 0o600)
    await refuses(bench, at: bench.aws)
    #expect(try await same(bench, life) == Self.kept)
    try await bench.write("INSERT INTO shop.account VALUES (70)", at: bench.azure)
    #expect(try await same(bench, life).count == 7)
    #expect(try await slots(bench, bench.aws) == [])

    // What the rows hold is in the file, and nowhere else.
    let told = "\(bench.journal.all)"
    for value in ["Bobby", "eve@x", "Dora", "retitled", "late"] { #expect(!told.contains(value)) }

    done(try await bench.play(.failback(to: Self.aws), life))
    try await bench.write("INSERT INTO shop.entry (account) VALUES (70)", at: bench.aws)
    #expect(try await same(bench, life).count == 8)
    await life.end()
  }

  @Test func aFrozenPrimaryThawsAndIsMerged() async throws {
    let (bench, life) = try await begin(33)
    bench.network.set(.stalled)
    try await write(Self.lost, bench, at: bench.aws)
    try await bench.aws.signal(SIGSTOP)
    done(try await bench.play(.failover(to: Self.azure), life))
    try await write(Self.taken, bench, at: bench.azure)
    try await bench.aws.signal(SIGCONT)
    bench.network.set(.fair)
    let rejoined = try await bench.play(.rejoin(Self.aws, .merge), life)
    done(rejoined)
    #expect(try bench.directory.lines() == Self.divergent)
    #expect(
      rejoined.steps.first { $0.title == "merge divergence" }?.detail == "2 rows written, 4 left as azure has them")
    #expect(try await same(bench, life) == Self.merged)
    // Each side hands out numbers that the other has not.
    try await bench.write("INSERT INTO shop.entry (account) VALUES (5)", at: bench.azure)
    done(try await bench.play(.failback(to: Self.aws), life))
    try await bench.write("INSERT INTO shop.entry (account) VALUES (5)", at: bench.aws)
    #expect(try await same(bench, life).count == Self.merged.count + 2)
    await life.end()
  }

  @Test func aReachablePrimaryIsFencedAndBringsWhatItStillHas() async throws {
    let (bench, life) = try await begin(34)
    bench.network.set(.stalled)
    try await write(Self.lost, bench, at: bench.aws)
    let plan = try await bench.plan(.failover(to: Self.azure), life)
    #expect(
      plan.steps.map(\.title).prefix(5) == [
        "fence aws", "catch up", "measure loss", "pause aws-azure", "advance sequences",
      ])
    bench.network.set(.fair)
    done(try await bench.play(plan, life))
    await refuses(bench, at: bench.aws)
    try await bench.write("INSERT INTO shop.entry (account) VALUES (5)", at: bench.azure)
    done(try await bench.play(.rejoin(Self.aws, .merge), life))
    #expect(try bench.directory.rows().isEmpty)
    #expect(try await same(bench, life).contains { $0.hasPrefix("entry (10002,5,") })
    await life.end()
  }

  /// The old primary answers, and its log does not come through: it is not waited for longer than is allowed.
  @Test func whatAReachablePrimaryCannotBringIsMergedLater() async throws {
    let (bench, life) = try await begin(38)
    bench.network.set(.stalled)
    try await write(Self.lost, bench, at: bench.aws)
    var plan = try await bench.plan(.failover(to: Self.azure), life)
    // Its sequences are beyond the same network.
    let sequences = try #require(plan.steps.firstIndex { $0.title == "advance sequences" })
    plan.steps[sequences].action = .sync(.advanceSequencesAlone(Bench.link))
    let operation = try await bench.play(plan, life)
    done(operation)
    #expect(operation.steps[1].detail == "not everything arrived within 2 s")
    try await write(Self.taken, bench, at: bench.azure)
    bench.network.set(.fair)
    done(try await bench.play(.rejoin(Self.aws, .merge), life))
    #expect(try bench.directory.lines() == Self.divergent)
    #expect(try await same(bench, life) == Self.merged)
    await life.end()
  }

  /// What the slot stood for is thrown away: rows are compared, and a person decides.
  @Test func withoutItsSlotAnOldPrimaryIsRebuiltAndNotMerged() async throws {
    let (bench, life) = try await begin(35)
    bench.network.set(.cut)
    try await write(Self.lost, bench, at: bench.aws)
    var plan = try await bench.plan(.failover(to: Self.azure), life)
    let sequences = try #require(plan.steps.firstIndex { $0.title == "advance sequences" })
    plan.steps[sequences].action = .sync(.advanceSequencesAlone(Bench.link))
    done(try await bench.play(plan, life))
    try await write(Self.taken, bench, at: bench.azure)
    try await bench.aws.administer("SELECT pg_drop_replication_slot('signalbox_aws_azure')")
    bench.network.set(.fair)
    let merged = try await bench.play(.rejoin(Self.aws, .merge), life)
    #expect(merged.state == .failed && merged.failure?.contains("take aws in again with rebuild") == true)
    #expect(try await bench.rows(at: bench.azure) == Self.kept)
    await refuses(bench, at: bench.aws)
    done(try await bench.play(.rejoin(Self.aws, .rebuild), life))
    #expect(bench.directory.files == ["divergence-aws-azure-3.jsonl", "divergence-aws-azure-4.jsonl"])
    #expect(try await same(bench, life) == Self.kept)
    await life.end()
  }

  // MARK: - Other hosts

  /// It has never heard that the link was turned round, and sees it in the databases.
  @Test func aHostWithoutTheJournalFollowsALinkThatWasTurned() async throws {
    let (bench, life) = try await begin(36)
    done(try await bench.play(.switchover(to: Self.azure), life))
    await life.end()
    let other = bench.live(MemoryJournal())
    try await bench.reach(other) { $0.state == .streaming && $0.source == Self.azure }
    try await bench.write("INSERT INTO shop.account VALUES (60)", at: bench.azure)
    #expect(try await same(bench, other).contains("account (60,,)"))
    await other.end()
    let back = bench.live()
    try await bench.reach(back) { $0.state == .streaming && $0.source == Self.azure }
    try await bench.write("INSERT INTO shop.account VALUES (61)", at: bench.azure)
    #expect(try await same(bench, back).contains("account (61,,)"))
    await back.end()
  }

  /// It has never heard that the link was paused: the old primary has come back, and nobody has taken it in yet.
  @Test func aHostWithoutTheJournalAppliesNothingAtThePrimary() async throws {
    let (bench, life) = try await begin(39)
    try await bench.aws.kill()
    done(try await bench.play(.failover(to: Self.azure), life))
    await life.end()
    try await bench.aws.restart()
    try await bench.write("UPDATE shop.account SET owner = 'late' WHERE id = 1", at: bench.aws)
    let other = bench.live(MemoryJournal())
    try await bench.reach(other) { $0.state == .blocked }
    #expect(
      await bench.link(other)?.reasons.contains { $0.contains("azure is the primary since generation 2") } == true)
    #expect(try await bench.rows(at: bench.azure).contains("account (1,Ann,ann@x)"))
    await other.end()
  }

  // MARK: - Native

  @Test func theServersOwnReplicationIsTurnedRoundToo() async throws {
    let (bench, life) = try await begin(37, mode: .native)
    // The link would enable again what somebody disabled.
    try await bench.azure.administer(
      "ALTER SUBSCRIPTION signalbox_aws_azure CONNECTION 'host=127.0.0.1 port=1 dbname=app'")
    try await write(Self.lost, bench, at: bench.aws)
    try await bench.aws.kill()
    done(try await bench.play(.failover(to: Self.azure), life))
    try await write(Self.taken, bench, at: bench.azure)
    try await bench.write("INSERT INTO shop.account VALUES (5, 'rival', NULL)", at: bench.azure)
    try await bench.aws.restart()
    let rejoined = try await bench.play(.rejoin(Self.aws, .rebuild), life)
    done(rejoined)
    #expect(try bench.directory.lines().count == 6)
    #expect(try await same(bench, life).contains("account (5,rival,)"))
    await life.end()
  }
}
