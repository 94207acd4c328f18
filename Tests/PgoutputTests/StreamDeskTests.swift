import Operations
import PgoutputTestSupport
import PostgresAdapter
import Testing

@testable import PostgresReplication

private typealias Message = MessageBuilder

/// What is handed out, and when.
@Suite(.timeLimit(.minutes(1))) struct StreamDeskTests {
  private let desk = StreamDesk(
    assembler: BatchAssembler(applied: .zero, ready: ["public.t": .zero]), position: .zero, committedAt: nil)

  private func put(_ messages: [UInt8]...) async throws { try await desk.put(RecordedStream(messages).delivered) }

  private func given() async throws -> ChangeBatch {
    guard case .apply(let batch)? = await desk.next() else { throw PgoutputError(message: "no batch", offset: 0) }
    return batch
  }

  /// While one batch is applied the next is worked out, once nothing more can be expected to come into it.
  @Test func whatComesNextIsKnownInALull() async throws {
    try await put(
      Message.begin(10), Message.relation(1, "t"), Message.insert(1, ["1", "a"]), Message.commit(10, end: 15))
    let first = try await given()
    async let ahead = desk.ahead()
    try await put(Message.begin(20), Message.insert(1, ["2", "b"]), Message.commit(20, end: 25))
    await desk.lull()
    try await desk.put(ReplicationMessages(walEnd: LSN(99)))
    let next = try #require(await ahead)
    #expect(next.lines == ["insert public.t(id,text) +2,b"])
    await desk.applied(first, rows: [:])
    #expect(try await given().lines == next.lines)

    // In the middle of a transaction there is nothing to be known, and what has come since belongs together.
    async let none = desk.ahead()
    try await put(Message.begin(30), Message.insert(1, ["3", "c"]))
    await desk.lull()
    try await put(Message.insert(1, ["4", "d"]), Message.commit(30, end: 35))
    await desk.applied(next, rows: [:])
    #expect(await none == nil)
    #expect(try await given().lines.count == 2)
    #expect(await desk.durable == LSN(25))
  }
}
