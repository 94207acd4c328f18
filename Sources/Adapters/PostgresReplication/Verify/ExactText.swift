import PostgresAdapter

/// Values as text, equal only byte by byte: Swift's strings are equal also where only their characters are.
struct ExactText: Sendable, Hashable {
  var bytes: [[UInt8]?]

  init(_ values: [String?]) { bytes = values.map { $0.map { Array($0.utf8) } } }

  var values: [String?] { bytes.map { value in value.map { String(decoding: $0, as: UTF8.self) } } }

  var parameters: [PostgresValue?] {
    bytes.map { value in value.map { PostgresValue(String(decoding: $0, as: UTF8.self)) } }
  }
}

extension PostgresRow {
  func exactText(_ prefix: String, count: Int) throws -> ExactText {
    ExactText(try (0..<count).map { try getIfPresent("\(prefix)\($0)", as: String.self) })
  }
}
