/// Domain names between text and the wire (RFC 1035, 3.1 and 4.1.4).
enum DNSName {
  private static let maximumLength = 255
  private static let maximumLabel = 63

  /// Labels of `text`, which may end with a dot.
  ///
  /// - Throws: ``DNSError/invalidName(_:reason:)``.
  static func labels(of text: String) throws(DNSError) -> [[UInt8]] {
    let trimmed = text.hasSuffix(".") ? text.dropLast() : Substring(text)
    guard !trimmed.isEmpty else { return [] }
    let labels = trimmed.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    for label in labels {
      guard !label.isEmpty else { throw .invalidName(text, reason: "it has an empty label") }
      guard label.count <= maximumLabel else {
        throw .invalidName(text, reason: "a label is longer than \(maximumLabel) bytes")
      }
      guard label.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
        throw .invalidName(text, reason: "it has characters outside printable ASCII; write it in its xn-- form")
      }
    }
    guard labels.reduce(1, { $0 + $1.count + 1 }) <= maximumLength else {
      throw .invalidName(text, reason: "it is longer than \(maximumLength) bytes")
    }
    return labels
  }

  static func encode(_ text: String) throws(DNSError) -> [UInt8] {
    try labels(of: text).flatMap { [UInt8($0.count)] + $0 } + [0]
  }

  /// Lower case, without the last dot: the form in which names are compared.
  static func canonical(_ text: String) -> String {
    let lower = text.lowercased()
    return lower.hasSuffix(".") && lower.count > 1 ? String(lower.dropLast()) : lower
  }

  /// Reads a name, following compression pointers. A pointer must point before the place it was met, so that no loop
  /// can be built.
  static func decode(_ reader: inout DNSReader) throws(DNSError) -> String {
    var text = ""
    var length = 1
    var place = reader.offset
    var floor = place
    var end: Int?
    while true {
      let count = try reader.byte(at: place)
      switch count {
      case 0:
        reader.offset = end ?? place + 1
        return text.isEmpty ? "." : text
      case 1...63:
        length += Int(count) + 1
        guard length <= maximumLength else { throw .malformed("a name is longer than \(maximumLength) bytes") }
        if !text.isEmpty { text += "." }
        for index in 1...Int(count) { append(try reader.byte(at: place + index), to: &text) }
        place += Int(count) + 1
      case 0xC0...0xFF:
        let target = Int(count & 0x3F) << 8 | Int(try reader.byte(at: place + 1))
        guard target < floor else { throw .malformed("a compressed name points forward") }
        if end == nil { end = place + 2 }
        place = target
        floor = target
      default: throw .malformed("a name has a label of unknown kind")
      }
    }
  }

  /// Everything that is not plain is escaped as master files have it: `\046`.
  private static func append(_ byte: UInt8, to text: inout String) {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): text.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
    case UInt8(ascii: "."), UInt8(ascii: "\\"), 0...0x20, 0x7F...0xFF:
      let digits = String(byte)
      text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    default: text.unicodeScalars.append(Unicode.Scalar(byte))
    }
  }
}
