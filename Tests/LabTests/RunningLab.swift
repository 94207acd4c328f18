import FoundationEssentials
import Lab
import TestSupport
import Testing

/// A lab that tests look at from outside.
struct RunningLab: Sendable {
  /// The one that ``LabTrait`` has brought up.
  @TaskLocal static var shared: RunningLab?

  let directory: TemporaryDirectory
  var path: String { directory.path + "/lab" }

  init() { directory = TemporaryDirectory("signalbox-lab") }

  static func current() throws -> RunningLab { try #require(shared) }

  /// Beside the test bundle's executable.
  static let program = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/signalbox"
  }()

  /// Runs `signalbox lab …` on this lab.
  @discardableResult
  func command(_ words: String...) async -> (status: Int32, output: String) {
    await Self.run([Self.program, "lab"] + words + ["--directory", path])
  }

  func up(_ options: String...) async throws {
    let result = await Self.run([Self.program, "lab", "up", "--directory", path] + options)
    try #require(result.status == 0, "\(result.output)")
  }

  func status() async throws -> LabStatus {
    let result = await command("status", "--format", "json")
    try #require(result.status == 0, "\(result.output)")
    return try JSONDecoder().decode(LabStatus.self, from: Data(result.output.utf8))
  }

  static func run(_ words: [String]) async -> (status: Int32, output: String) {
    await withCheckedContinuation { continuation in
      startThread {
        let result = ChildProcess.run(words)
        continuation.resume(returning: (result.status, result.output))
      }
    }
  }

  /// Command lines of processes that name this lab's directory or stand in one of its folders.
  func processes() -> [String] {
    let files = FileManager.default
    let entries = (try? files.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.filter { Int($0) != nil }.compactMap { pid in
      let bytes = files.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      let place = (try? files.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) ?? ""
      let isOurs = words.contains(path) || place == path || place.hasPrefix(path + "/")
      return isOurs ? "\(pid) \(words.joined(separator: " "))" : nil
    }
  }
}
