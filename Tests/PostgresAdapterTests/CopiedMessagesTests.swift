import PostgresAdapter
import Testing

/// Messages out of a copy in the binary format.
@Suite struct CopiedMessagesTests {
  private static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]

  private static func row(_ message: String) -> [UInt8] {
    [0, 1, 0, 0, 0, UInt8(message.utf8.count)] + Array(message.utf8)
  }

  private static let copy = header + row("BEGIN") + row("") + row("commit") + [0xFF, 0xFF]

  private func texts(_ messages: ReplicationMessages) -> [String] {
    zip([0] + messages.ends.dropLast(), messages.ends).map { begin, end in
      String(decoding: messages.bytes[begin..<end], as: UTF8.self)
    }
  }

  @Test(arguments: 1...copy.count)
  func itMayBeCutAnywhere(size: Int) throws {
    var rows = CopiedMessages()
    var found: [String] = []
    for begin in stride(from: 0, to: Self.copy.count, by: size) {
      let messages = try rows.take(Array(Self.copy[begin..<min(Self.copy.count, begin + size)]))
      if !messages.isEmpty { found += texts(messages) }
    }
    #expect(found == ["BEGIN", "", "commit"])
  }

  private static let faults: [(copy: [UInt8], words: String)] = [
    (Array("PGCOPX\n".utf8) + Array(header.dropFirst(7)), "does not begin"),
    // A header that is longer by one byte.
    (Array(header.dropLast()) + [1, 9, 0, 2], "a row of 2 values"),
    (header + [0, 1, 0xFF, 0xFF, 0xFF, 0xFF], "a row without a message"),
    (copy + [0], "goes on after its end"),
    (Array(header.prefix(15)) + [0xFF, 0xFF, 0xFF, 0xFF], "negative length"),
  ]

  @Test(arguments: faults)
  func whatIsNoSuchCopyIsRefused(copy: [UInt8], words: String) {
    var rows = CopiedMessages()
    let fault = #expect(throws: CopiedMessages.Fault.self) {
      _ = try rows.take(copy)
    }
    #expect(fault?.description.contains(words) == true, "\(String(describing: fault))")
  }
}
