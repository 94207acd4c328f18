import FoundationEssentials

enum JSONText {
  /// On one line.
  static func of(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
  }
}
