import Operations
import PostgresAdapter
import Synchronization
import Testing

@testable import PostgresReplication

/// A link that is prepared on a bench whose sides are equal, and streams until it is stopped.
final class RunningLink: Sendable {
  let link: PostgresLink
  private let task: Mutex<Task<Void, Never>?> = Mutex(nil)
  private let seen = Mutex((progress: LinkProgress?.none, parked: [String: String](), failures: [String]()))

  init(_ settings: LinkSettings) { link = PostgresLink(settings: settings) }

  /// Prepares and starts.
  static func start(_ settings: LinkSettings) async throws -> RunningLink {
    let running = RunningLink(settings)
    let outcome = try await Preparation(settings: settings, beginning: .adopt).make()
    await outcome.snapshot?.close()
    running.start()
    return running
  }

  /// Streams again and again, as a controller would.
  func start() {
    let link = link
    let task = Task {
      while !Task.isCancelled {
        do {
          try await link.stream { report in
            self.seen.withLock { seen in
              switch report {
              case .applied(let progress): seen.progress = progress
              case .parked(let table, let reason): seen.parked[table] = reason
              default: break
              }
            }
          }
        } catch {
          if Task.isCancelled { return }
          self.seen.withLock { $0.failures.append("\(error)") }
        }
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
    self.task.withLock { $0 = task }
  }

  func stop() async {
    let task = task.withLock { $0 }
    task?.cancel()
    await task?.value
  }

  var parked: [String: String] { seen.withLock { $0.parked } }
  var failures: [String] { seen.withLock { $0.failures } }

  /// Waits until everything is applied that the source has written until now.
  ///
  /// - Parameter atTarget: for the link whose source is the bench's target.
  func drain(_ bench: LinkBench, atTarget: Bool = false) async throws {
    let sql = "SELECT pg_current_wal_flush_lsn()::text"
    let text = try await atTarget ? bench.atTarget(sql)[0] : await bench.atSource(sql)[0]
    let goal = try #require(LSN(text))
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if let applied = seen.withLock({ $0.progress?.applied }), applied >= goal { return }
      try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not drained to \(goal): \(failures.suffix(3)), \(String(describing: seen.withLock { $0.progress }))")
  }
}
