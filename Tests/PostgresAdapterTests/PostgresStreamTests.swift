import Foundation
import Glibc
import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

/// Replication slots and streams of a real server.
@Suite struct PostgresStreamTests {
  private static let now = Timestamp(secondsSinceEpoch: 1_700_000_000)

  /// A table `name`, in a publication and a slot of the same name, and a stream that has not begun.
  private func prepare(
    _ name: String, on cluster: TemporaryCluster, isTemporary: Bool = true
  ) async throws -> (stream: PostgresReplicationStream, slot: PostgresReplicationStream.Slot) {
    try await cluster.administer(
      "CREATE TABLE \(name) (n int PRIMARY KEY); GRANT ALL ON \(name) TO app; CREATE PUBLICATION \(name) FOR TABLE \(name)"
    )
    let stream = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let slot = try await stream.createSlot(
      name, isTemporary: isTemporary, exportsSnapshot: true, timeout: .seconds(20))
    return (stream, slot)
  }

  private func start(_ stream: PostgresReplicationStream, _ slot: PostgresReplicationStream.Slot) async throws {
    try await stream.start(
      slot: slot.name, from: slot.consistentPoint, publications: [slot.name], timeout: .seconds(10))
  }

  /// The kinds of the messages that come until there are `count` commits.
  private func kinds(_ stream: PostgresReplicationStream, commits count: Int) async throws -> String {
    var kinds = ""
    let deadline = ContinuousClock.now + .seconds(20)
    while kinds.count(where: { $0 == "C" }) < count, .now < deadline {
      let messages = try await stream.receive(limit: 1 << 16, within: .seconds(1))
      for begin in [0] + messages.ends.dropLast() where !messages.isEmpty {
        kinds.unicodeScalars.append(Unicode.Scalar(messages.bytes[begin]))
      }
    }
    return kinds
  }

  @Test func aSlotsSnapshotShowsWhatWasBeforeTheStream() async throws {
    let cluster = try await LogicalCluster.shared.value
    let writer = try await LogicalCluster.connect()
    try await cluster.administer("CREATE TABLE snap_t (n int PRIMARY KEY); GRANT ALL ON snap_t TO app")
    try await writer.query("INSERT INTO snap_t VALUES (1)", timeout: .seconds(5))
    try await cluster.administer("CREATE PUBLICATION snap_t FOR TABLE snap_t")
    let stream = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let slot = try await stream.createSlot("snap_t", isTemporary: true, exportsSnapshot: true, timeout: .seconds(20))
    try await writer.query("INSERT INTO snap_t VALUES (2)", timeout: .seconds(5))
    let reader = try await LogicalCluster.connect()
    try await reader.execute(
      "BEGIN ISOLATION LEVEL REPEATABLE READ; SET TRANSACTION SNAPSHOT '\(try #require(slot.snapshot))'",
      timeout: .seconds(5))
    #expect(try await reader.value("SELECT string_agg(n::text, ',') FROM snap_t") == "1")
    try await start(stream, slot)
    #expect(try await kinds(stream, commits: 1) == "BRIC")
    await stream.close()
  }

  @Test func aSlotWithoutASnapshotHasNone() async throws {
    let cluster = try await LogicalCluster.shared.value
    let stream = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let slot = try await stream.createSlot("bare", isTemporary: true, exportsSnapshot: false, timeout: .seconds(20))
    #expect(slot.snapshot == nil && slot.consistentPoint > .zero)
    let again = await #expect(throws: PostgresError.self) {
      try await stream.createSlot("bare", exportsSnapshot: false, timeout: .seconds(20))
    }
    #expect(again?.sqlState == "42710")
    await stream.close()
  }

  @Test func anAcknowledgementLetsTheServerForget() async throws {
    let cluster = try await LogicalCluster.shared.value
    let writer = try await LogicalCluster.connect()
    let (stream, slot) = try await prepare("ack_t", on: cluster)
    try await start(stream, slot)
    for n in 0..<3 { try await writer.query("INSERT INTO ack_t VALUES ($1)", [PostgresValue(n)], timeout: .seconds(5)) }
    #expect(try await kinds(stream, commits: 3) == "BRICBICBIC")
    let confirmed = "SELECT confirmed_flush_lsn::text FROM pg_replication_slots WHERE slot_name = 'ack_t'"
    #expect(try await writer.value(confirmed).flatMap(LSN.init) == slot.consistentPoint)
    let position = try #require(try await writer.value("SELECT pg_current_wal_lsn()::text").flatMap(LSN.init))
    // Received is not durable.
    try await stream.acknowledge(received: position, flushed: slot.consistentPoint, at: Self.now)
    try await stream.acknowledge(received: position, flushed: position, at: Self.now)
    var found: LSN?
    let deadline = ContinuousClock.now + .seconds(10)
    while found != position, .now < deadline {
      found = try await writer.value(confirmed).flatMap(LSN.init)
    }
    #expect(found == position)
    await stream.close()
  }

  @Test func nothingComesInTimeIsNoError() async throws {
    let cluster = try await LogicalCluster.shared.value
    let (stream, slot) = try await prepare("idle_t", on: cluster)
    try await start(stream, slot)
    // The server says first where it stands; then there is silence.
    var quiet = try await stream.receive(limit: 1 << 16, within: .milliseconds(300))
    let deadline = ContinuousClock.now + .seconds(20)
    while quiet.walEnd != nil, .now < deadline {
      quiet = try await stream.receive(limit: 1 << 16, within: .milliseconds(300))
    }
    #expect(quiet.isEmpty && quiet.walEnd == nil && !quiet.wantsReply)
    await stream.close()
  }

  @Test func aLargeTransactionComesInPieces() async throws {
    let cluster = try await LogicalCluster.shared.value
    let writer = try await LogicalCluster.connect()
    let (stream, slot) = try await prepare("large_t", on: cluster)
    try await start(stream, slot)
    try await writer.query("INSERT INTO large_t SELECT generate_series(1, 100000)", timeout: .seconds(20))
    var count = 0
    var largest = 0
    let deadline = ContinuousClock.now + .seconds(30)
    while count < 100_003, .now < deadline {
      let messages = try await stream.receive(limit: 1 << 14, within: .seconds(1))
      count += messages.count
      largest = max(largest, messages.bytes.count)
    }
    #expect(count == 100_003)
    #expect(largest < 1 << 15)
    await stream.close()
  }

  @Test func aSecondReaderAndStatementsAreRefused() async throws {
    let cluster = try await LogicalCluster.shared.value
    let (stream, slot) = try await prepare("two_t", on: cluster)
    let early = await #expect(throws: PostgresError.self) {
      try await stream.receive(limit: 1024, within: .milliseconds(100))
    }
    #expect(early?.kind == .invalid)
    try await start(stream, slot)
    while try await stream.receive(limit: 1 << 16, within: .milliseconds(300)).walEnd != nil {}
    let statement = await #expect(throws: PostgresError.self) {
      try await stream.createSlot("never", exportsSnapshot: false, timeout: .seconds(1))
    }
    #expect(statement?.kind == .invalid)
    // Whichever comes second is refused at once; the other waits until it is cancelled.
    let begin = ContinuousClock.now
    let errors = await withTaskGroup(of: (any Error)?.self) { group in
      for _ in 0..<2 {
        group.addTask {
          do { while true { _ = try await stream.receive(limit: 1024, within: .seconds(60)) } } catch { return error }
        }
      }
      let first = await group.next()
      group.cancelAll()
      return [first, await group.next()].map { $0 ?? nil }
    }
    #expect((errors.first as? PostgresError)?.kind == .invalid)
    #expect("\(errors)".contains("another task reads"))
    #expect(errors.last is CancellationError)
    #expect(begin.duration(to: .now) < .seconds(20))
    let ended = await #expect(throws: PostgresError.self) { try await stream.receive(limit: 1, within: .seconds(1)) }
    #expect(ended?.kind == .disconnected)
  }

  @Test(arguments: ["no_such_slot", "Wrong"]) func aSlotThatIsNotThereIsNamed(slot: String) async throws {
    let cluster = try await LogicalCluster.shared.value
    let stream = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let error = await #expect(throws: PostgresError.self) {
      try await stream.start(slot: slot, from: .zero, publications: ["pub"], timeout: .seconds(5))
    }
    #expect(error?.sqlState == "42704")
    #expect(error?.message.contains(slot) == true)
    await stream.close()
  }

  /// A publication's absence shows with the first change only, and names it.
  @Test func aPublicationThatIsNotThereIsNamed() async throws {
    let cluster = try await LogicalCluster.shared.value
    let writer = try await LogicalCluster.connect()
    let (stream, slot) = try await prepare("unpub_t", on: cluster)
    try await stream.start(
      slot: slot.name, from: slot.consistentPoint, publications: ["it's \"not\", there"], timeout: .seconds(10))
    try await writer.query("INSERT INTO unpub_t VALUES (1)", timeout: .seconds(5))
    let error = await #expect(throws: PostgresError.self) {
      let deadline = ContinuousClock.now + .seconds(10)
      while .now < deadline { _ = try await stream.receive(limit: 1024, within: .seconds(1)) }
    }
    #expect(error?.kind == .server && error?.sqlState == "42704")
    #expect(error?.message.contains("it's \"not\", there") == true, "\(String(describing: error))")
  }

  @Test func aSlotInUseIsRefused() async throws {
    let cluster = try await LogicalCluster.shared.value
    let (stream, slot) = try await prepare("busy_t", on: cluster)
    try await start(stream, slot)
    let other = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let error = await #expect(throws: PostgresError.self) { try await start(other, slot) }
    #expect(error?.sqlState == "55006")
    await other.close()
    await stream.close()
  }

  @Test(arguments: ["kill", "terminate", "stop"]) func aServerThatGoesEndsTheStream(how: String) async throws {
    let last = ["kill": 3, "terminate": 4, "stop": 5][how] ?? 0
    let cluster = try await TemporaryCluster.start(
      address: "127.21.2.\(last)", extraSettings: LogicalCluster.settings)
    try await cluster.administer("ALTER ROLE app REPLICATION")
    let (stream, slot) = try await prepare("gone_t", on: cluster, isTemporary: false)
    try await start(stream, slot)
    let writer = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    try await writer.query("INSERT INTO gone_t VALUES (1)", timeout: .seconds(5))
    #expect(try await kinds(stream, commits: 1) == "BRIC")
    let reading = Task {
      while true {
        let messages = try await stream.receive(limit: 1 << 16, within: .seconds(30))
        // A server that stops waits until everything has been received.
        guard how == "stop", let end = messages.walEnd else { continue }
        try await stream.acknowledge(received: end, flushed: end, at: Self.now)
      }
    }
    switch how {
    case "kill": try await cluster.kill()
    case "terminate":
      try await cluster.administer("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots")
    default:
      let file = try String(contentsOfFile: "\(cluster.directory)/data/postmaster.pid", encoding: .utf8)
      Glibc.kill(try #require(pid_t(file.prefix { $0.isNumber })), SIGINT)
    }
    let error = await #expect(throws: PostgresError.self) { try await reading.value }
    #expect(error?.kind == .disconnected, "\(String(describing: error))")
    // The slot outlives it, and begins where it was last acknowledged.
    if how == "stop" { try await cluster.kill() }
    if how != "terminate" { try await cluster.restart() }
    let again = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let deadline = ContinuousClock.now + .seconds(10)
    var started = false
    while !started, .now < deadline { started = (try? await start(again, slot)) != nil }
    let second = try await PostgresConnection.connect(cluster.settings(), timeout: .seconds(10))
    try await second.query("INSERT INTO gone_t VALUES (2)", timeout: .seconds(5))
    // Before version 17 a server that stops may forget what was acknowledged last.
    let rest = try await kinds(again, commits: how == "stop" ? 1 : 2)
    #expect(how == "stop" ? rest.hasPrefix("BRIC") : rest == "BRICBIC")
    await again.close()
  }
}
