import Synchronization

/// Invariants that did not hold.
final class Findings: Sendable {
  private let found = Mutex<[String]>([])

  var all: [String] { found.withLock { $0 } }
  var isEmpty: Bool { all.isEmpty }

  /// The first few of each run are enough.
  func add(_ finding: String) {
    found.withLock { found in
      if found.count < 40 { found.append(finding) }
    }
  }
}
