import Operations

/// What happened, for a person, and a hash of it all.
struct Story {
  private(set) var lines: [(at: Duration, text: String)] = []
  /// FNV-1a (Fowler, Noll and Vo) over every event's kind and time, and every line.
  private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var events = 0

  mutating func add(_ text: String, at time: Duration) {
    lines.append((time, text))
    for byte in text.utf8 { fold(byte) }
  }

  mutating func fold(_ kind: UInt8, at time: Duration) {
    events += 1
    fold(kind)
    var rest = UInt64(bitPattern: time.wholeMicroseconds)
    while rest > 0 {
      fold(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  private mutating func fold(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

  /// `  12.304 s  ops1: paused by kit@ops1`, one line each.
  func text(last limit: Int = .max) -> String {
    lines.suffix(limit).map { line in
      let milliseconds = line.at.wholeMicroseconds / 1000
      let seconds = String(milliseconds / 1000)
      let rest = String(milliseconds % 1000)
      let padding = String(repeating: " ", count: max(0, 5 - seconds.count))
      return "\(padding)\(seconds).\(String(repeating: "0", count: 3 - rest.count))\(rest)  \(line.text)"
    }.joined(separator: "\n")
  }
}
