internal import Glibc

/// A statement's parameters laid out in one block of memory, as libpq wants them.
struct StatementArguments {
  private var bytes: [CChar] = []
  private var offsets: [Int?] = []

  init(_ values: [PostgresValue?]) throws(PostgresError) {
    for (index, value) in values.enumerated() {
      guard let value else {
        offsets.append(nil)
        continue
      }
      offsets.append(bytes.count)
      var text = value.text
      let isWhole = text.withUTF8 { utf8 in
        utf8.withMemoryRebound(to: CChar.self) { characters in
          bytes.append(contentsOf: characters)
          return characters.baseAddress.map { memchr($0, 0, characters.count) == nil } ?? true
        }
      }
      guard isWhole else { throw Self.zeroByte(index) }
      bytes.append(0)
    }
  }

  /// Refuses what ``init(_:)`` would, without laying it out.
  static func check(_ values: [PostgresValue?]) throws(PostgresError) {
    for (index, value) in values.enumerated() {
      guard let value else { continue }
      var text = value.text
      let isWhole = text.withUTF8 { utf8 in
        utf8.baseAddress.map { memchr($0, 0, utf8.count) == nil } ?? true
      }
      guard isWhole else { throw zeroByte(index) }
    }
  }

  private static func zeroByte(_ index: Int) -> PostgresError {
    PostgresError(.invalid, "parameter $\(index + 1) has a zero byte, which PostgreSQL's text cannot hold")
  }

  var count: Int32 { Int32(offsets.count) }

  var byteCount: Int { bytes.count }

  /// The pointers are valid while `body` runs.
  func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    bytes.withUnsafeBufferPointer { buffer in
      body(offsets.map { offset in offset.flatMap { offset in buffer.baseAddress.map { $0 + offset } } })
    }
  }
}
