/// Writes rows in the text format of COPY.
///
/// Source: PostgreSQL 15 documentation, COPY, "Text Format".
struct CopyText: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var rows = 0

  init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// - Parameter text: the block of memory that the field is of.
  @inline(__always)
  mutating func append(_ field: PgoutputField, of text: UnsafeRawBufferPointer) {
    guard field.length >= 0 else {
      bytes.append(UInt8(ascii: "\\"))
      bytes.append(UInt8(ascii: "N"))
      return
    }
    let value = UnsafeRawBufferPointer(rebasing: text[field.offset..<field.offset + field.length])
    var isSpecial = false
    for byte in value { isSpecial = isSpecial || byte < 0x0E || byte == UInt8(ascii: "\\") }
    if isSpecial { return escape(value) }
    bytes.append(contentsOf: value)
  }

  mutating func append(_ number: Int) { bytes.append(contentsOf: String(number).utf8) }

  @inline(__always)
  mutating func endField() { bytes.append(UInt8(ascii: "\t")) }

  /// In the place of the last field's end.
  @inline(__always)
  mutating func endRow() {
    bytes[bytes.count - 1] = UInt8(ascii: "\n")
    rows += 1
  }

  /// What was written since this was last asked, once it is at least `count` bytes.
  mutating func take(atLeast count: Int = 0) -> [UInt8]? {
    guard bytes.count >= max(1, count) else { return nil }
    defer { bytes = [] }
    return bytes
  }

  private mutating func escape(_ value: UnsafeRawBufferPointer) {
    for byte in value {
      switch byte {
      case UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case UInt8(ascii: "\t"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "t")])
      case UInt8(ascii: "\n"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "n")])
      case UInt8(ascii: "\r"): bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "r")])
      default: bytes.append(byte)
      }
    }
  }
}
