/// A place in a packet. Reading past its end is an error, never a trap.
struct DNSReader {
  let bytes: [UInt8]
  var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func byte(at index: Int) throws(DNSError) -> UInt8 {
    guard bytes.indices.contains(index) else { throw .malformed("the packet is cut short at byte \(bytes.count)") }
    return bytes[index]
  }

  mutating func byte() throws(DNSError) -> UInt8 {
    let value = try byte(at: offset)
    offset += 1
    return value
  }

  mutating func short() throws(DNSError) -> UInt16 { UInt16(try byte()) << 8 | UInt16(try byte()) }

  mutating func long() throws(DNSError) -> UInt32 { UInt32(try short()) << 16 | UInt32(try short()) }

  mutating func take(_ count: Int) throws(DNSError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - offset else {
      throw .malformed("the packet is cut short at byte \(bytes.count)")
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }
}
