import Operations
import PgoutputTestSupport
import PostgresReplication
import Testing

/// Messages made by hand: the numbers in them, and what is refused.
@Suite struct PgoutputReaderTests {
  private func read(_ message: [UInt8], base: Int = 0) throws -> (PgoutputMessage, [PgoutputField]) {
    var fields: [PgoutputField] = []
    let decoded = try message.withUnsafeBytes { bytes in
      var reader = PgoutputReader(bytes, base: base)
      return try reader.message(in: 0..<bytes.count, fields: &fields)
    }
    return (decoded, fields)
  }

  @Test func positionsAndTimes() throws {
    // A second after PostgreSQL's epoch, which is 946,684,800 s after the common one.
    let at = Timestamp(microsecondsSinceEpoch: 946_684_801_000_000)
    #expect(
      try read(MessageBuilder.begin(0x1_0000_0002, at: 1_000_000, transaction: 9)).0
        == .begin(commit: LSN(0x1_0000_0002), committedAt: at, transaction: 9))
    #expect(
      try read(MessageBuilder.commit(16, end: 48, at: 1_000_000)).0
        == .commit(commit: LSN(16), end: LSN(48), committedAt: at))
  }

  @Test func fieldsStandWhereTheBaseSays() throws {
    let message = MessageBuilder.update(5, key: ["a", nil], ["bc", .unchanged])
    let (decoded, fields) = try read(message, base: 1000)
    #expect(
      decoded
        == .update(
          relation: 5, old: PgoutputTuple(kind: .key, fields: 0..<2), new: PgoutputTuple(kind: .new, fields: 2..<4)))
    #expect(fields[1].isNull && fields[3].isUnchanged)
    #expect(
      fields.filter { $0.length >= 0 }.map { Array(message[($0.offset - 1000)...].prefix($0.length)) }
        == [Array("a".utf8), Array("bc".utf8)])
  }

  @Test(arguments: [
    MessageBuilder.begin(1), MessageBuilder.commit(1, end: 2), MessageBuilder.relation(1, "t"),
    MessageBuilder.insert(1, ["a", nil]), MessageBuilder.update(1, old: ["a"], ["b"]),
    MessageBuilder.delete(1, key: ["a"]), MessageBuilder.truncate([1, 2]),
  ])
  func whatIsCutShortOrTooLongIsRefused(message: [UInt8]) throws {
    _ = try read(message)
    for length in 0..<message.count {
      #expect(throws: PgoutputError.self) { try read(Array(message.prefix(length))) }
    }
    #expect(throws: PgoutputError.self) { try read(message + [0]) }
  }

  @Test func anEmptySchemaNameStandsForTheCatalog() throws {
    guard case .relation(let relation) = try read(MessageBuilder.relation(1, "t", schema: "")).0 else {
      Issue.record("no relation")
      return
    }
    #expect(relation.name == "pg_catalog.t")
  }

  @Test func anErrorSaysWhere() {
    let error = #expect(throws: PgoutputError.self) { try read(MessageBuilder.insert(1, ["a"]) + [1, 2]) }
    #expect(error?.description == "the replication stream cannot be read: 2 bytes too many at byte 14")
  }
}
