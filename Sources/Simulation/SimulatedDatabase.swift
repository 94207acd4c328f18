public import Operations
import Synchronization

/// A database in memory: tables of keys and values, a log of transactions, slots, and what links keep in it.
public final class SimulatedDatabase: Sendable {
  /// A row as it is after a transaction; a nil value is a deleted row.
  public struct Change: Sendable, Equatable {
    public var table: String
    public var key: String
    public var value: String?

    public init(_ table: String, _ key: String, _ value: String?) {
      self.table = table
      self.key = key
      self.value = value
    }
  }

  struct Transaction: Sendable {
    var end: LSN
    var committedAt: Timestamp
    var changes: [Change]
  }

  /// What the target of a link keeps of it, in the transactions that it applies.
  struct Book: Sendable {
    var position: LSN
    /// Changes before it are in the copy already; nil until a table has been copied.
    var ready: [String: LSN] = [:]
    var rows: [String: Int] = [:]
  }

  struct State: Sendable {
    var tables: [String: [String: String]] = [:]
    var log: [Transaction] = []
    var position = LSN(0x100)
    var slots: [String: LSN] = [:]
    var books: [String: Book] = [:]
    /// Links that an operator has paused.
    var paused: Set<String> = []
    var fault: String?
    var sequences = 1
  }

  public let node: CloudID
  let state = Mutex(State())
  private let clock: any WallClock

  public init(_ node: CloudID, tables: [String], clock: any WallClock) {
    self.node = node
    self.clock = clock
    state.withLock { state in
      for table in tables { state.tables[table] = [:] }
    }
  }

  /// Commits changes together, as the application would.
  ///
  /// - Parameter logged: false for what a link applies: it must not come back.
  @discardableResult
  public func commit(_ changes: [Change], logged: Bool = true) -> LSN {
    let now = clock.now()
    return state.withLock { state in
      Self.apply(changes, to: &state)
      state.position = LSN(state.position.rawValue + 64 + UInt64(changes.count) * 32)
      if logged { state.log.append(Transaction(end: state.position, committedAt: now, changes: changes)) }
      return state.position
    }
  }

  public func rows(of table: String) -> [String: String] { state.withLock { $0.tables[table] ?? [:] } }

  /// Where its log ends.
  public var position: LSN { state.withLock { $0.position } }

  public var slotNames: [String] { state.withLock { $0.slots.keys.sorted() } }

  /// The database answers nobody, for that reason, until it is set to nil.
  public func fail(_ reason: String?) { state.withLock { $0.fault = reason } }

  /// The slot is gone, as when its log had to go.
  public func dropSlot(_ name: String) { state.withLock { $0.slots[name] = nil } }

  /// Drops a table, as a migration would.
  public func drop(_ table: String) { state.withLock { $0.tables[table] = nil } }

  /// Adds a table, as a migration would.
  public func create(_ table: String) { state.withLock { $0.tables[table] = $0.tables[table] ?? [:] } }

  func ask<Answer>(_ body: (inout State) throws -> Answer) throws -> Answer {
    try state.withLock { state in
      if let fault = state.fault { throw LinkFailure.unreachable("\(node): \(fault)") }
      return try body(&state)
    }
  }

  static func apply(_ changes: [Change], to state: inout State) {
    for change in changes { state.tables[change.table, default: [:]][change.key] = change.value }
  }
}
