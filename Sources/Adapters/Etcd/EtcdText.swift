import FoundationEssentials

/// The JSON forms of protobuf (proto3, "JSON Mapping") that etcd's gateway uses.
enum EtcdText {
  /// Bytes travel in base64.
  static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  /// Nil for what is no base64.
  static func decoded(_ text: String) -> String? {
    Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Text from outside, short and in one line.
  static func bounded(_ text: String, to limit: Int = 200) -> String {
    let line = String(
      text.unicodeScalars.prefix(limit + 1).map { $0.properties.generalCategory == .control ? " " : Character($0) })
    return line.count > limit ? line.prefix(limit) + "…" : line
  }
}

/// A 64-bit number: a text in JSON, and a number where a gateway is lenient.
struct EtcdNumber: Codable, Sendable, Equatable {
  var value: Int64

  init(_ value: Int64) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let text = try? container.decode(String.self) {
      // Cluster and member numbers are unsigned and use all 64 bits.
      guard let value = Int64(text) ?? UInt64(text).map({ Int64(bitPattern: $0) }) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "no whole number")
      }
      self.value = value
    } else {
      value = try container.decode(Int64.self)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(value))
  }
}
