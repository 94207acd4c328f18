/// A position in a PostgreSQL write-ahead log, in bytes since its beginning.
public struct LSN: Hashable, Sendable, Comparable, CustomStringConvertible {
  public let rawValue: UInt64

  public init(_ rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads PostgreSQL's form, `16/B374D848`; nil for any other.
  public init?(_ text: String) {
    let halves = text.split(separator: "/", omittingEmptySubsequences: false)
    guard halves.count == 2, let high = UInt32(halves[0], radix: 16), let low = UInt32(halves[1], radix: 16) else {
      return nil
    }
    self.init(UInt64(high) << 32 | UInt64(low))
  }

  public static let zero = LSN(0)

  /// `16/B374D848`.
  public var description: String {
    let hexadecimal = { (half: UInt64) in String(half, radix: 16, uppercase: true) }
    return "\(hexadecimal(rawValue >> 32))/\(hexadecimal(rawValue & 0xFFFF_FFFF))"
  }

  public static func < (left: LSN, right: LSN) -> Bool { left.rawValue < right.rawValue }

  /// Bytes of log from `other` to here; 0 when this position is not ahead.
  public func bytes(since other: LSN) -> UInt64 { rawValue > other.rawValue ? rawValue - other.rawValue : 0 }
}

extension LSN: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let position = LSN(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a log position like 16/B374D848")
    }
    self = position
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
