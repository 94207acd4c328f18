/// Takes messages out of a copy in the binary format whose rows have one value each. Pure; nothing that a peer sends
/// makes it trap.
///
/// Source: PostgreSQL 15 documentation, COPY, "Binary Format".
public struct CopiedMessages: Sendable {
  /// Why the copy cannot be read.
  public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
  }

  private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]
  private static let header = signature.count + 8

  /// What the last piece left of a row.
  private var rest: [UInt8] = []
  private var hasBegun = false
  private var isOver = false

  public init() {}

  /// Reads the next piece, which may end anywhere.
  ///
  /// - Throws: ``Fault``; nothing may be asked of it then.
  public mutating func take(_ piece: [UInt8]) throws(Fault) -> ReplicationMessages {
    let bytes = rest.isEmpty ? piece : rest + piece
    var messages = ReplicationMessages()
    messages.bytes.reserveCapacity(bytes.count)
    var place = 0
    var fault: Fault?
    bytes.withUnsafeBytes { bytes in
      do throws(Fault) { place = try read(bytes, into: &messages) } catch { fault = error }
    }
    if let fault { throw fault }
    rest = Array(bytes[place...])
    return messages
  }

  /// - Returns: where the first row begins that is not whole yet.
  private mutating func read(
    _ bytes: UnsafeRawBufferPointer, into messages: inout ReplicationMessages
  ) throws(Fault) -> Int {
    var place = 0
    if !hasBegun {
      guard bytes.count >= Self.header else { return 0 }
      guard bytes.prefix(Self.signature.count).elementsEqual(Self.signature) else {
        throw Fault(description: "the copy does not begin as one in the binary format")
      }
      let extra = Int(number(bytes, Self.signature.count + 4, Int32.self))
      guard extra >= 0 else { throw Fault(description: "the copy's header has a negative length") }
      guard bytes.count - Self.header >= extra else { return 0 }
      place = Self.header + extra
      hasBegun = true
    }
    while !isOver, bytes.count - place >= 2 {
      let columns = number(bytes, place, Int16.self)
      if columns == -1 {
        isOver = true
        place += 2
        break
      }
      guard columns == 1 else { throw Fault(description: "a row of \(columns) values in a copy of one column") }
      guard bytes.count - place >= 6 else { break }
      let length = Int(number(bytes, place + 2, Int32.self))
      guard length >= 0 else { throw Fault(description: "a row without a message") }
      guard bytes.count - place - 6 >= length else { break }
      messages.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[place + 6..<place + 6 + length]))
      messages.ends.append(messages.bytes.count)
      place += 6 + length
    }
    guard !isOver || place == bytes.count else { throw Fault(description: "the copy goes on after its end") }
    return place
  }

  private func number<Number: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ offset: Int, _ type: Number.Type
  ) -> Number {
    Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
