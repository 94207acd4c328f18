import Operations
import PostgresAdapter
import PostgresTestSupport
import Testing

/// A slot's backlog of a real server, asked for as rows.
@Suite struct PostgresBacklogTests {
  /// All messages that are committed before `end`, one text for each.
  private func messages(
    _ backlog: PostgresReplicationBacklog, slot: String, before end: LSN
  ) async throws -> [[UInt8]] {
    let copy = try await backlog.copy(slot: slot, timeout: .seconds(10))
    return try await portion(backlog, of: copy, slot, before: end, messages: .max)
  }

  private func portion(
    _ backlog: PostgresReplicationBacklog, of copy: String, _ publication: String, before end: LSN, messages: Int
  ) async throws -> [[UInt8]] {
    var rows = CopiedMessages()
    var found: [[UInt8]] = []
    try await backlog.begin(
      copy: copy, publications: [publication], before: end, messages: messages, timeout: .seconds(10))
    while let messages = try await backlog.next(&rows, idleTimeout: .seconds(20)) {
      for (begin, end) in zip([0] + messages.ends.dropLast(), messages.ends) where !messages.isEmpty {
        found.append(Array(messages.bytes[begin..<end]))
      }
    }
    return found
  }

  @Test func itIsWhatTheStreamWouldHaveSent() async throws {
    let cluster = try await LogicalCluster.shared.value
    let writer = try await LogicalCluster.connect()
    try await cluster.administer(
      "CREATE TABLE backlog_t (n int PRIMARY KEY, t text); GRANT ALL ON backlog_t TO app;"
        + "CREATE PUBLICATION backlog_t FOR TABLE backlog_t")
    let maker = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    let slot = try await maker.createSlot("backlog_t", exportsSnapshot: false, timeout: .seconds(20))
    await maker.close()
    let backlog = try await PostgresReplicationBacklog.connect(cluster.settings(), timeout: .seconds(10))
    try await writer.query(
      "INSERT INTO backlog_t SELECT g, repeat(md5(g::text), 20) FROM generate_series(1, 2000) g", timeout: .seconds(10))
    let middle = try await backlog.end(timeout: .seconds(5)).position
    try await writer.query("UPDATE backlog_t SET t = NULL WHERE n = 7", timeout: .seconds(5))
    let end = try await backlog.end(timeout: .seconds(5)).position

    let first = try await messages(backlog, slot: slot.name, before: middle)
    // Nothing was confirmed by the question.
    let all = try await messages(backlog, slot: slot.name, before: end)
    #expect(first.count == 2003)
    let goesOn = Array(all.prefix(2003)) == first
    #expect(all.count == 2006 && goesOn)

    // A copy goes on behind what it has given, which is whole transactions.
    let copy = try await backlog.copy(slot: slot.name, timeout: .seconds(10))
    let begun = try await portion(backlog, of: copy, slot.name, before: end, messages: 10)
    let rest = try await portion(backlog, of: copy, slot.name, before: end, messages: 10)
    // Each portion describes its tables anew.
    let isAll = begun == first && Array(rest.prefix(1) + rest.dropFirst(2)) == Array(all.suffix(3))
    #expect(begun.count == 2003 && rest.count == 4 && isAll)
    #expect(try await portion(backlog, of: copy, slot.name, before: end, messages: 10).isEmpty)

    let stream = try await PostgresReplicationStream.connect(cluster.settings(), timeout: .seconds(10))
    try await stream.start(
      slot: slot.name, from: slot.consistentPoint, publications: [slot.name], timeout: .seconds(10))
    var streamed: [[UInt8]] = []
    let deadline = ContinuousClock.now + .seconds(20)
    while streamed.count < all.count, .now < deadline {
      let messages = try await stream.receive(limit: 1 << 16, within: .seconds(1))
      for (begin, end) in zip([0] + messages.ends.dropLast(), messages.ends) where !messages.isEmpty {
        streamed.append(Array(messages.bytes[begin..<end]))
      }
    }
    // Not the arrays in the expectation: a failure would print megabytes.
    let isSame = streamed == all
    #expect(isSame, "\(streamed.count) of \(all.count) messages came")
    await stream.close()

    // What is confirmed does not come again, and nothing goes back.
    try await eventuallyFree(slot.name, writer)
    try await backlog.confirm(slot: slot.name, to: middle, timeout: .seconds(10))
    #expect(try await messages(backlog, slot: slot.name, before: end).count == 4)
    try await backlog.confirm(slot: slot.name, to: slot.consistentPoint, timeout: .seconds(10))
    #expect(try await messages(backlog, slot: slot.name, before: end).count == 4)
    await backlog.close()
    try await cluster.administer("SELECT pg_drop_replication_slot('backlog_t')")
  }

  private func eventuallyFree(_ slot: String, _ session: PostgresConnection) async throws {
    let deadline = ContinuousClock.now + .seconds(10)
    while .now < deadline {
      let isActive = try await session.value(
        "SELECT active::text FROM pg_replication_slots WHERE slot_name = $1", [PostgresValue(slot)])
      if isActive == "false" { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("the slot \(slot) stayed in use")
  }

  @Test func whatTheServerRefusesIsItsError() async throws {
    let cluster = try await LogicalCluster.shared.value
    let backlog = try await PostgresReplicationBacklog.connect(cluster.settings(), timeout: .seconds(10))
    let end = try await backlog.end(timeout: .seconds(5)).position
    let error = await #expect(throws: PostgresError.self) {
      _ = try await messages(backlog, slot: "no_such_slot", before: end)
    }
    #expect(error?.kind == .server && error?.sqlState == "42704", "\(String(describing: error))")
    // The session is fit for the next question.
    #expect(try await backlog.end(timeout: .seconds(5)).position >= end)
    await backlog.close()
  }
}
