internal import Hummingbird

/// What a browser sends for a form (`application/x-www-form-urlencoded`).
struct Form: Equatable {
  private var fields: [String: String] = [:]

  init(_ text: String) {
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decode(parts[0]), let value = Self.decode(parts.count == 2 ? parts[1] : "") else {
        continue
      }
      fields[name] = value
    }
  }

  subscript(name: String) -> String? { fields[name] }

  private static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
      case UInt8(ascii: "%"):
        let digits = String(Substring(rest.prefix(2)))
        guard digits.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest.removeFirst(2)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension Request {
  /// - Throws: ``Problem`` for a body that is too large.
  func form(in context: WorkloadContext) async throws -> Form {
    Form(String(buffer: try await body(in: context)))
  }
}
