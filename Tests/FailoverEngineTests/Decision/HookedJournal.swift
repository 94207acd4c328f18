import Operations
import Simulation
import Synchronization

/// A journal during whose writing something else happens.
final class HookedJournal: JournalPort {
  let inner = MemoryJournal()
  private let hook = Mutex<(@Sendable (JournalEntry.Kind) async -> Void)?>(nil)

  /// Called before each entry is written.
  func before(_ hook: @escaping @Sendable (JournalEntry.Kind) async -> Void) { self.hook.withLock { $0 = hook } }

  func append(_ draft: JournalEntry.Draft) async throws -> JournalEntry {
    if let hook = hook.withLock({ $0 }) { await hook(draft.kind) }
    return try await inner.append(draft)
  }

  func entries(after sequence: Int64, limit: Int) async throws -> [JournalEntry] {
    try await inner.entries(after: sequence, limit: limit)
  }

  func newest(_ limit: Int) async throws -> [JournalEntry] { try await inner.newest(limit) }

  func unfinished() async throws -> [JournalEntry] { try await inner.unfinished() }

  func entries(of operation: OperationID) async throws -> [JournalEntry] { try await inner.entries(of: operation) }

  func checkWritable() async throws { try await inner.checkWritable() }
}
