import FoundationEssentials
import Glibc

/// A folder that lives as long as a benchmark.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/signalbox-bench-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw BenchError("no folder in /tmp: \(String(cString: strerror(errno)))") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
    return file(name)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
