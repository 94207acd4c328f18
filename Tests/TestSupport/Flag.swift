import Glibc
import Synchronization

/// Something that happens once, on another thread.
public final class Flag: Sendable {
  private let raised = Mutex(false)

  public init() {}

  public var isRaised: Bool { raised.withLock { $0 } }

  public func raise() { raised.withLock { $0 = true } }

  /// The same for a thread of its own, which may block.
  public func block() {
    while !isRaised { usleep(1000) }
  }

  /// Returns once it is raised; a test's own time limit bounds it.
  public func wait() async {
    while !isRaised { try? await Task.sleep(for: .milliseconds(2)) }
  }
}

/// Returns true once `condition` holds, false when it does not within `limit`.
public func eventually(
  within limit: Duration = .seconds(20), _ condition: () async throws -> Bool
) async rethrows -> Bool {
  let deadline = ContinuousClock.now + limit
  while ContinuousClock.now < deadline {
    if try await condition() { return true }
    try? await Task.sleep(for: .milliseconds(10))
  }
  return try await condition()
}
