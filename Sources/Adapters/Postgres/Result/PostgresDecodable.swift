/// What a column's text can be read as.
public protocol PostgresDecodable {
  /// - Returns: nil when the text is no such value.
  init?(postgresText text: String)
}

extension String: PostgresDecodable {
  public init?(postgresText text: String) { self = text }
}

extension Bool: PostgresDecodable {
  public init?(postgresText text: String) {
    switch text {
    case "t", "on", "true": self = true
    case "f", "off", "false": self = false
    default: return nil
    }
  }
}

extension Double: PostgresDecodable {
  public init?(postgresText text: String) { self.init(text) }
}

extension Int: PostgresDecodable {
  public init?(postgresText text: String) { self.init(text) }
}

extension Int64: PostgresDecodable {
  public init?(postgresText text: String) { self.init(text) }
}

/// A `numeric` without a fraction, such as a sum of `bigint`.
extension Int128: PostgresDecodable {
  public init?(postgresText text: String) { self.init(text) }
}

extension UInt32: PostgresDecodable {
  public init?(postgresText text: String) { self.init(text) }
}

extension UInt64: PostgresDecodable {
  public init?(postgresText text: String) { self.init(text) }
}

/// A `bytea` in the hex format, the server's default.
extension [UInt8]: PostgresDecodable {
  public init?(postgresText text: String) {
    guard text.hasPrefix("\\x"), text.utf8.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    var rest = text.utf8.dropFirst(2)
    bytes.reserveCapacity(rest.count / 2)
    while let high = rest.popFirst().flatMap(Self.nibble), let low = rest.popFirst().flatMap(Self.nibble) {
      bytes.append(high << 4 | low)
    }
    guard bytes.count == text.utf8.count / 2 - 1 else { return nil }
    self = bytes
  }

  private static func nibble(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
