import Glibc

/// Finds the tuple that has the same key, the keys being texts in one block of memory. Open addressing: no key is copied
/// and nothing is allocated for one.
struct KeyIndex: Sendable {
  private let columns: [Int]
  /// First fields of the tuples that were added, in that order.
  private(set) var tuples: [Int32] = []
  private var slots: [Int32]

  /// - Parameter columns: of the key.
  init(columns: [Int], capacity: Int) {
    self.columns = columns
    slots = Array(repeating: -1, count: max(64, (capacity * 2).nextPowerOfTwo))
    tuples.reserveCapacity(capacity)
  }

  /// The number of the key that the tuple has: a new one if it is seen for the first time.
  mutating func number(of tuple: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer) -> Int {
    if tuples.count * 2 >= slots.count { grow(fields, text) }
    var slot = first(tuple, fields, text)
    while slots[slot] >= 0 {
      if isEqual(tuples[Int(slots[slot])], tuple, fields, text) { return Int(slots[slot]) }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = Int32(tuples.count)
    tuples.append(tuple)
    return tuples.count - 1
  }

  /// Whether two tuples have the same key.
  func isEqual(
    _ left: Int32, _ right: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer
  ) -> Bool {
    for column in columns {
      let one = fields[Int(left) + column]
      let other = fields[Int(right) + column]
      guard one.length == other.length else { return false }
      guard one.length > 0, let memory = text.baseAddress else { continue }
      guard memcmp(memory + one.offset, memory + other.offset, one.length) == 0 else { return false }
    }
    return true
  }

  private mutating func grow(_ fields: [PgoutputField], _ text: UnsafeRawBufferPointer) {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in tuples.indices {
      var slot = first(tuples[number], fields, text)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number)
    }
  }

  private func first(_ tuple: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for column in columns {
      let field = fields[Int(tuple) + column]
      // With the length in it, texts that run together differently get different hashes.
      hash = Self.mix(hash ^ UInt64(truncatingIfNeeded: field.length))
      var offset = field.offset
      let end = field.offset + max(0, field.length)
      while end - offset >= 8 {
        hash = Self.mix(hash ^ text.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        offset += 8
      }
      var rest: UInt64 = 0
      while offset < end {
        rest = rest << 8 | UInt64(text[offset])
        offset += 1
      }
      hash = Self.mix(hash ^ rest)
    }
    return Int(truncatingIfNeeded: hash) & (slots.count - 1)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
