import Operations
import PgoutputTestSupport
import PostgresAdapter
import Testing

@testable import PostgresReplication

private typealias Message = MessageBuilder

/// Streams made by hand: what is put together, and what is dropped.
@Suite struct BatchAssemblerTests {
  private let t: UInt32 = 1
  private let u: UInt32 = 2
  private static let marker = "signalbox.applied"

  private func assembler(
    applied: UInt64 = 0, ready: [String: LSN] = ["public.t": .zero, "public.u": .zero], keepsApart: Bool = false
  ) -> BatchAssembler {
    BatchAssembler(applied: LSN(applied), ready: ready, marker: Self.marker, keepsTransactionsApart: keepsApart)
  }

  @Test func onlyWholeTransactionsAreGiven() throws {
    var assembler = assembler()
    try assembler.take(Message.begin(10), Message.relation(t, "t"), Message.insert(t, ["1", "a"]))
    #expect(!assembler.isReady && !assembler.isEmpty)
    #expect(assembler.drain().isEmpty)
    try assembler.take(Message.commit(10, end: 15), Message.begin(20), Message.insert(t, ["2", nil]))
    #expect(assembler.isReady)
    let batch = try assembler.given()
    #expect(batch.lines == ["insert public.t(id,text) +1,a"])
    #expect(batch.summary == "1 changes, 1 ended, to 0/F")
    #expect(assembler.drain().isEmpty)
    try assembler.take(Message.update(t, key: ["2", nil], ["3", .unchanged]), Message.commit(20, end: 25))
    let rest = try assembler.given()
    #expect(rest.lines == ["insert public.t(id,text) +2,NULL", "update public.t(id,text) -2,NULL +3,unchanged"])
    #expect(rest.end == LSN(25))
    #expect(assembler.isEmpty && assembler.size == 0)
  }

  @Test func transactionsThatAreReadyTogetherAreGivenTogether() throws {
    var assembler = assembler()
    try assembler.take(Message.begin(10), Message.relation(t, "t"), Message.insert(t, ["1", "a"]))
    try assembler.take(Message.commit(10, end: 15), Message.begin(20), Message.delete(t, old: ["1", "a"]))
    try assembler.take(Message.commit(20, end: 25, at: 5_000_000), Message.begin(30), Message.commit(30, end: 35))
    let batches = assembler.drain()
    #expect(batches.map(\.summary) == ["2 changes, 3 ended, to 0/23"])
    #expect(batches.first?.lines.last == "delete public.t(id,text) -whole 1,a")
  }

  @Test func whereOrderDecidesTransactionsStayApart() throws {
    var assembler = assembler(keepsApart: true)
    try assembler.take(
      Message.begin(10, at: 1), Message.relation(t, "t"), Message.insert(t, ["1", "a"]),
      Message.commit(10, end: 15, at: 1), Message.begin(20, at: 2), Message.insert(t, ["2", "b"]),
      Message.commit(20, end: 25, at: 2), Message.begin(30, at: 3), Message.insert(t, ["3", "c"]))
    let batches = assembler.drain()
    #expect(batches.map(\.summary) == ["1 changes, 1 ended, to 0/F", "1 changes, 1 ended, to 0/19"])
    #expect(batches.flatMap(\.lines) == ["insert public.t(id,text) +1,a", "insert public.t(id,text) +2,b"])
    #expect(batches.compactMap(\.committedAt?.microsecondsSinceEpoch).map { $0 % 1000 } == [1, 2])
    try assembler.take(Message.commit(30, end: 35, at: 3))
    #expect(assembler.drain().map(\.lines) == [["insert public.t(id,text) +3,c"]])
  }

  /// The end of a transaction is where its commit's record ends; the next commit may begin just there.
  @Test func whatIsDurableAlreadyIsDropped() throws {
    var assembler = assembler(applied: 25)
    try assembler.take(Message.begin(10), Message.relation(t, "t"), Message.insert(t, ["1", "a"]))
    try assembler.take(Message.commit(10, end: 15), Message.begin(20), Message.truncate([t]))
    try assembler.take(Message.insert(t, ["2", "b"]), Message.commit(20, end: 25))
    #expect(assembler.drain(partial: true).isEmpty)
    #expect(assembler.isEmpty && assembler.size == 0)
    try assembler.take(Message.begin(25), Message.insert(t, ["3", "c"]), Message.commit(25, end: 30))
    let batch = try assembler.given()
    #expect(batch.lines == ["insert public.t(id,text) +3,c"])
    #expect(batch.summary == "1 changes, 1 ended, to 0/1E")
    #expect(!batch.truncates)
    #expect(assembler.received == LSN(30))
  }

  @Test func tablesAreTakenFromTheirOwnPositionOn() throws {
    var assembler = assembler(ready: ["public.t": LSN(20)])
    for commit in [UInt64(10), 20] {
      try assembler.take(
        Message.begin(commit), Message.relation(t, "t"), Message.relation(u, "u"), Message.insert(u, ["9", nil]),
        Message.insert(t, [.text("\(commit)"), nil]), Message.truncate([u]), Message.insert(u, ["8", nil]),
        Message.commit(commit, end: commit + 5))
    }
    let batch = try assembler.given()
    #expect(batch.lines == ["insert public.t(id,text) +20,NULL"])
    #expect(batch.transactions == 2)
    #expect(!batch.truncates)
  }

  @Test(arguments: [0, 1, 2]) func whatCameFromTheOtherSideIsDroppedWhole(before: Int) throws {
    var assembler = assembler()
    try assembler.take(
      Message.begin(10), Message.relation(t, "t"), Message.relation(u, "applied", schema: "signalbox"),
      Message.insert(t, ["1", "a"]), Message.commit(10, end: 15), Message.begin(20))
    for _ in 0..<before { try assembler.take(Message.insert(t, ["no", "no"]), Message.truncate([t])) }
    try assembler.take(
      Message.insert(u, ["mark", nil]), Message.insert(t, ["no", "no"]), Message.commit(20, end: 25), Message.begin(30),
      Message.update(t, ["1", "b"]), Message.commit(30, end: 35))
    let batch = try assembler.given()
    #expect(batch.lines == ["insert public.t(id,text) +1,a", "update public.t(id,text) +1,b"])
    #expect(batch.transactions == 2)
    #expect(!batch.truncates)
    #expect(assembler.size == 0)
  }

  /// A million echoed rows take no memory: it would never be given back, as there is nothing to give.
  @Test func whatIsDroppedIsNotHeld() throws {
    var assembler = assembler(applied: 15)
    try assembler.take(Message.begin(10), Message.relation(t, "t"), Message.relation(u, "applied", schema: "signalbox"))
    let row = Message.insert(t, ["1", .text(String(repeating: "x", count: 1000))])
    for _ in 0..<100 { try assembler.take(row) }
    #expect(assembler.size == 0)
    try assembler.take(Message.commit(10, end: 15))
    for commit in stride(from: UInt64(20), to: 200, by: 10) {
      try assembler.take(
        Message.begin(commit), Message.insert(u, ["mark", nil]), row, Message.commit(commit, end: commit + 5))
    }
    #expect(assembler.size == 0)
    #expect(assembler.isEmpty && assembler.received == LSN(195))
  }

  @Test func aLargeTransactionIsGivenInParts() throws {
    var assembler = assembler()
    try assembler.take(
      Message.begin(10), Message.relation(t, "t"), Message.insert(t, ["0", "z"]), Message.commit(10, end: 15),
      Message.begin(20), Message.insert(t, ["1", "a"]), Message.truncate([t]))
    #expect(try assembler.given(partial: true).summary == "1 changes, 1 ended, to 0/F")
    let first = try assembler.given(partial: true)
    #expect(first.summary == "2 changes, 0 ended, to nowhere, goes on")
    #expect(first.lines == ["insert public.t(id,text) +1,a", "truncate public.t(id,text)"])
    #expect(first.truncates)
    #expect(assembler.drain(partial: true).isEmpty)
    #expect(!assembler.isEmpty && assembler.size == 0)
    try assembler.take(Message.insert(t, ["2", "b"]))
    #expect(try assembler.given(partial: true).summary == "1 changes, 0 ended, to nowhere, goes on")
    try assembler.take(
      Message.delete(t, key: ["3", nil]), Message.commit(20, end: 25), Message.begin(30),
      Message.insert(t, ["4", "d"]),
      Message.commit(30, end: 35), Message.begin(40), Message.insert(t, ["5", "e"]))
    let last = try assembler.given()
    #expect(last.summary == "2 changes, 2 ended, to 0/23")
    #expect(last.lines == ["delete public.t(id,text) -3,NULL", "insert public.t(id,text) +4,d"])
    #expect(!last.truncates)
    #expect(assembler.drain(partial: true).flatMap(\.lines) == ["insert public.t(id,text) +5,e"])
  }

  @Test func truncatesOfAnOpenTransactionAreNotThoseOfTheOneBefore() throws {
    var assembler = assembler()
    try assembler.take(
      Message.begin(10), Message.relation(t, "t"), Message.insert(t, ["0", "z"]), Message.commit(10, end: 15),
      Message.begin(20), Message.truncate([t]))
    #expect(try assembler.given().truncates == false)
    try assembler.take(Message.commit(20, end: 25))
    #expect(try assembler.given().truncates == true)
  }

  @Test func eachChangeHasItsTablesDescriptionOfThen() throws {
    var assembler = assembler()
    try assembler.take(
      Message.begin(10), Message.relation(t, "t"), Message.relation(u, "u"), Message.insert(t, ["1", "a"]),
      Message.commit(10, end: 15), Message.begin(20), Message.insert(u, ["9", "z"]), Message.insert(t, ["2", "b"]),
      Message.relation(t, "t", columns: ["id", "more", "text"]), Message.insert(t, ["3", "m", "c"]),
      Message.relation(u, "u"), Message.insert(u, ["8", "y"]), Message.commit(20, end: 25))
    let batches = assembler.drain()
    #expect(
      batches.map(\.summary) == [
        "1 changes, 1 ended, to 0/F", "2 changes, 0 ended, to nowhere, goes on", "2 changes, 1 ended, to 0/19",
      ])
    #expect(
      batches.flatMap(\.lines) == [
        "insert public.t(id,text) +1,a", "insert public.u(id,text) +9,z", "insert public.t(id,text) +2,b",
        "insert public.t(id,more,text) +3,m,c", "insert public.u(id,text) +8,y",
      ])
  }

  @Test func aDescriptionThatChangesInADroppedTransactionCounts() throws {
    var assembler = assembler(applied: 15)
    try assembler.take(
      Message.begin(10), Message.relation(t, "t"), Message.insert(t, ["1", "a"]),
      Message.relation(t, "t", columns: ["id"]), Message.insert(t, ["2"]), Message.commit(10, end: 15),
      Message.begin(20), Message.insert(t, ["3"]), Message.commit(20, end: 25))
    #expect(assembler.drain().flatMap(\.lines) == ["insert public.t(id) +3"])
  }

  @Test(arguments: [
    [Message.insert(1, ["1", "a"])], [Message.begin(10), Message.insert(9, ["1", "a"])],
    [Message.begin(10), Message.insert(1, ["1"])], [Message.begin(10), Message.delete(1, key: ["1", "2", "3"])],
    [Message.begin(10), Message.update(1, key: ["1"], ["1", "a"])], [Message.begin(10), Message.truncate([9])],
    [Message.begin(10), Message.begin(20)], [Message.commit(10, end: 20)],
    [Message.begin(10), Message.commit(20, end: 30)], [Message.truncate([1])],
  ])
  func aStreamOutOfOrderIsRefused(messages: [[UInt8]]) throws {
    var assembler = assembler()
    try assembler.take(Message.relation(t, "t"))
    #expect(throws: PgoutputError.self) { try assembler.take(RecordedStream(messages).delivered) }
  }
}
