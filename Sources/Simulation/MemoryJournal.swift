public import Operations
import Synchronization

/// A journal in memory that can fail, or stop taking entries as a crash would.
public final class MemoryJournal: JournalPort {
  private struct State {
    var entries: [JournalEntry] = []
    var fault: String?
    var appendsLeft = Int.max
  }

  /// Thrown by a journal that was told to fail.
  public struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
  }

  private let state = Mutex(State())

  public init() {}

  /// Every write fails with `reason` until it is set to nil.
  public func fail(_ reason: String?) { state.withLock { $0.fault = reason } }

  /// Takes `count` more entries, then fails as a full disk does.
  public func fillUp(after count: Int) { state.withLock { $0.appendsLeft = count } }

  public var all: [JournalEntry] { state.withLock { $0.entries } }

  public func append(_ draft: JournalEntry.Draft) async throws -> JournalEntry {
    try state.withLock { state in
      try Self.check(state)
      state.appendsLeft -= 1
      let previous = state.entries.last
      let sequence = (previous?.sequence ?? 0) + 1
      let entry = JournalEntry(
        sequence: sequence, at: draft.at, operation: draft.operation, actor: draft.actor, kind: draft.kind,
        hash: "memory-\(sequence)", previousHash: previous?.hash ?? "memory-0")
      state.entries.append(entry)
      return entry
    }
  }

  public func entries(after sequence: Int64, limit: Int) async throws -> [JournalEntry] {
    Array(all.filter { $0.sequence > sequence }.prefix(limit))
  }

  public func newest(_ limit: Int) async throws -> [JournalEntry] { Array(all.suffix(limit)) }

  public func unfinished() async throws -> [JournalEntry] {
    let entries = all
    var open: Set<OperationID> = []
    for entry in entries {
      guard let id = entry.operation else { continue }
      switch entry.kind {
      case .operationStarted: open.insert(id)
      case .operationEnded: open.remove(id)
      default: continue
      }
    }
    return entries.filter { $0.operation.map(open.contains) ?? false }
  }

  public func entries(of operation: OperationID) async throws -> [JournalEntry] {
    all.filter { $0.operation == operation }
  }

  public func checkWritable() async throws { try state.withLock { try Self.check($0) } }

  private static func check(_ state: State) throws {
    if let fault = state.fault { throw Fault(description: fault) }
    if state.appendsLeft <= 0 { throw Fault(description: "the disk is full; free space on it") }
  }
}
