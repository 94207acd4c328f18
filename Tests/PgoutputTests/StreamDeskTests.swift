import Operations
import PgoutputTestSupport
import PostgresAdapter
import Testing

@testable import PostgresReplication

private typealias Message = MessageBuilder

/// What is handed out, and when.
@Suite(.timeLimit(.minutes(1))) struct StreamDeskTests {
  private let desk = StreamDesk(
    assembler: BatchAssembler(applied: .zero, ready: ["public.t": .zero]), position: .zero, committedAt: nil,
    durableEvery: .seconds(600))

  private func put(_ messages: [UInt8]...) async throws { try await desk.put(RecordedStream(messages).delivered) }

  private func given() async throws -> ChangeBatch {
    guard case .apply(let batch)? = await desk.next() else { throw PgoutputError(message: "no batch", offset: 0) }
    return batch
  }

  /// While one batch is applied the next is worked out, once nothing more can be expected to come into it and the first
  /// is at the target.
  @Test func whatComesNextIsKnownInALull() async throws {
    try await put(
      Message.begin(10), Message.relation(1, "t"), Message.insert(1, ["1", "a"]), Message.commit(10, end: 15))
    let first = try await given()
    async let ahead = desk.ahead()
    await desk.sent()
    try await put(Message.begin(20), Message.insert(1, ["2", "b"]), Message.commit(20, end: 25))
    await desk.lull()
    try await desk.put(ReplicationMessages(walEnd: LSN(99)))
    let next = try #require(await ahead)
    #expect(next.lines == ["insert public.t(id,text) +2,b"])
    await desk.applied(first)
    #expect(try await given().lines == next.lines)

    // In the middle of a transaction there is nothing to be known, and what has come since belongs together.
    await desk.sent()
    async let none = desk.ahead()
    try await put(Message.begin(30), Message.insert(1, ["3", "c"]))
    await desk.lull()
    try await put(Message.insert(1, ["4", "d"]), Message.commit(30, end: 35))
    await desk.applied(next)
    #expect(await none == nil)
    #expect(try await given().lines.count == 2)
    #expect(await desk.durable == LSN(25))
  }

  /// What is still on its way to the target has this program's time.
  @Test func nothingIsWorkedOutWhileSomethingIsSent() async throws {
    try await put(
      Message.begin(10), Message.relation(1, "t"), Message.insert(1, ["1", "a"]), Message.commit(10, end: 15))
    _ = try await given()
    await desk.lull()
    #expect(await !desk.mayLookAhead)
    await desk.sent()
    #expect(await desk.mayLookAhead)
  }

  /// A commit need not wait for the disk as long as another follows, and the source is told of it with that one.
  @Test func onlyTheLastOfACrowdWaitsForTheDisk() async throws {
    try await put(
      Message.begin(10), Message.relation(1, "t"), Message.insert(1, ["1", "a"]), Message.commit(10, end: 15))
    let first = try await given()
    #expect(await !desk.mayBecomeDurableLater)
    await desk.sent()
    try await put(Message.begin(20), Message.insert(1, ["2", "b"]), Message.commit(20, end: 25))
    await desk.lull()
    let second = try #require(await desk.ahead())
    #expect(await desk.mayBecomeDurableLater)
    await desk.applied(first, AppliedBatch(isDurable: false))
    #expect(await desk.durable == .zero)
    #expect(await desk.progress().applied == .zero)
    #expect(await desk.acknowledgement().flushed == .zero)
    #expect(try await given().lines == second.lines)
    #expect(await !desk.mayBecomeDurableLater)
    await desk.applied(second)
    #expect(await desk.acknowledgement().flushed == LSN(25))
  }

  /// The end of a large transaction may be far away, and with it the next commit that waits.
  @Test func aPartOfATransactionIsNoCrowd() async throws {
    try await put(
      Message.begin(10), Message.relation(1, "t"), Message.insert(1, ["1", "a"]), Message.commit(10, end: 15))
    _ = try await given()
    await desk.sent()
    let wide = String(repeating: "x", count: StreamDesk.limit)
    let filling = Task { [desk] in
      try await desk.put(RecordedStream([Message.begin(20), Message.insert(1, ["2", .text(wide)])]).delivered)
    }
    let part = try #require(await desk.ahead())
    #expect(part.isOpen)
    #expect(await !desk.mayBecomeDurableLater)
    try await filling.value
  }

  /// However long the crowd: what is told to nobody is lag to whoever watches, and log that the source has to keep.
  @Test func aCrowdWaitsForTheDiskNowAndThen() async throws {
    let desk = StreamDesk(
      assembler: BatchAssembler(applied: .zero, ready: ["public.t": .zero]), position: .zero, committedAt: nil,
      durableEvery: .zero)
    let messages = [
      Message.begin(10), Message.relation(1, "t"), Message.insert(1, ["1", "a"]), Message.commit(10, end: 15),
    ]
    try await desk.put(RecordedStream(messages).delivered)
    _ = await desk.next()
    await desk.sent()
    let more = [Message.begin(20), Message.insert(1, ["2", "b"]), Message.commit(20, end: 25)]
    try await desk.put(RecordedStream(more).delivered)
    await desk.lull()
    #expect(await desk.ahead() != nil)
    #expect(await !desk.mayBecomeDurableLater)
  }
}
