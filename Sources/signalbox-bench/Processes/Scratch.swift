import FoundationEssentials

/// A folder that lives as long as a benchmark.
final class Scratch {
  let path: String

  init() throws {
    path = "/tmp/signalbox-bench-\(UUID())"
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: file(name)))
    return file(name)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
