import ArgumentParser
import FoundationEssentials
import Glibc

/// How a command prints.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
  case text, json
}

enum Output {
  static func error(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }

  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
