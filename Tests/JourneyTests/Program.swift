import FoundationEssentials
import TestSupport

/// The programs under test, and others, run to their end.
enum Program {
  /// Beside the test bundle's executable.
  static let signalbox: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/") + "/signalbox"
  }()

  static func run(_ words: [String]) async -> (status: Int32, output: String) {
    await withCheckedContinuation { continuation in
      startThread {
        let result = ChildProcess.run(words)
        continuation.resume(returning: (result.status, result.output))
      }
    }
  }
}
