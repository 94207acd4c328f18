/// Rows in the text format of COPY.
///
/// Source: PostgreSQL 15 documentation, COPY, "Text Format".
enum CopyLine {
  static func text(of rows: [[String?]]) -> [UInt8] {
    var bytes: [UInt8] = []
    for row in rows {
      for (index, value) in row.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: "\t")) }
        guard let value else {
          bytes += [UInt8(ascii: "\\"), UInt8(ascii: "N")]
          continue
        }
        for byte in value.utf8 { append(byte, to: &bytes) }
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func append(_ byte: UInt8, to bytes: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
    case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
    case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
    default: bytes.append(byte)
    }
  }
}
