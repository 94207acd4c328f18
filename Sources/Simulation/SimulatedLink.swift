public import Operations
import Synchronization

/// A link between two databases in memory, with the faults that links have.
public final class SimulatedLink: ReplicationLinkPort {
  private struct Faults: Sendable {
    var obstacles: [String] = []
    var skew: Duration = .zero
    var streamFailure: LinkFailure?
    var isStalled = false
    var isLabouring = false
    var rebuildTime: Duration = .zero
    var copies = 0
    var works: [String] = []
    var isStreaming = false
  }

  public let source: SimulatedDatabase
  public let target: SimulatedDatabase
  private let clock: any Clock<Duration>
  private let wallClock: any WallClock
  private let faults = Mutex(Faults())

  public init(
    from source: SimulatedDatabase, to target: SimulatedDatabase, clock: any Clock<Duration>,
    wallClock: any WallClock
  ) {
    self.source = source
    self.target = target
    self.clock = clock
    self.wallClock = wallClock
  }

  public var slotName: String { "signalbox_\(source.node)_\(target.node)" }
  private var name: String { "\(source.node)-\(target.node)" }

  /// What inspections find in the way, until it is set to none.
  public func obstruct(_ obstacles: [String]) { faults.withLock { $0.obstacles = obstacles } }

  public func setSkew(_ skew: Duration) { faults.withLock { $0.skew = skew } }

  /// The stream that runs, or the next, ends with it.
  public func breakStream(_ failure: LinkFailure) { faults.withLock { $0.streamFailure = failure } }

  /// Streams go on and apply nothing, until told otherwise.
  public func stall(_ isStalled: Bool) { faults.withLock { $0.isStalled = isStalled } }

  /// Whether it tells of work though nothing comes further, as one does that compares whole tables.
  public func labour(_ isLabouring: Bool) { faults.withLock { $0.isLabouring = isLabouring } }

  /// How long a copy makes an index in the end.
  public func setRebuildTime(_ time: Duration) { faults.withLock { $0.rebuildTime = time } }

  /// How many tables have been copied.
  public var copies: Int { faults.withLock { $0.copies } }

  /// What was asked of the link that is work, in order: `prepare`, `copy`, `stream`…
  public var works: [String] { faults.withLock { $0.works } }

  public var isStreaming: Bool { faults.withLock { $0.isStreaming } }

  public func inspect() async throws -> LinkInspection {
    let (position, slot, names) = try source.ask { ($0.position, $0.slots[slotName], $0.tables.keys.sorted()) }
    let (book, isPaused) = try target.ask { ($0.books[name], $0.paused.contains(name)) }
    let back = SimulatedLink(from: target, to: source, clock: clock, wallClock: wallClock)
    let isBackWhole = try source.ask { $0.books[back.name] } != nil && target.ask { $0.slots[back.slotName] } != nil
    let (obstacles, skew, streams) = faults.withLock { ($0.obstacles, $0.skew, $0.isStreaming) }
    return LinkInspection(
      obstacles: obstacles + (book != nil && slot == nil ? ["slot \(slotName) is lost: copy anew"] : []),
      tables: names.map { table in
        ReplicatedTable(
          name: table, state: book?.ready[table] == nil ? .waiting : .streaming, rowsApplied: book?.rows[table] ?? 0,
          bytes: UInt64(source.rows(of: table).count * 100))
      },
      needsBaseline: names.contains { book?.ready[$0] == nil },
      slot: slot.map {
        .init(name: slotName, active: streams, retainedBytes: position.bytes(since: $0), safeBytes: 1 << 30)
      },
      appliedPosition: book?.position, isTurned: isBackWhole && (slot == nil || book == nil), isPaused: isPaused,
      sourcePosition: position, clockSkew: skew)
  }

  public func slot() async throws -> ReplicationLinkSnapshot.Slot? {
    let (position, slot) = try source.ask { ($0.position, $0.slots[slotName]) }
    return slot.map {
      .init(name: slotName, active: isStreaming, retainedBytes: position.bytes(since: $0), safeBytes: 1 << 30)
    }
  }

  public func prepare() async throws -> LinkInspection {
    let found = try await inspect()
    guard found.obstacles.isEmpty, !found.isTurned else { return found }
    try make()
    return try await inspect()
  }

  private func make() throws {
    note("prepare")
    let start = try source.ask { state in
      let start = state.slots[slotName] ?? state.position
      state.slots[slotName] = start
      return start
    }
    try target.ask { state in
      if state.books[name] == nil { state.books[name] = SimulatedDatabase.Book(position: start) }
    }
  }

  public func adopt() async throws -> LinkInspection {
    let found = try await inspect()
    do {
      try make()
      note("adopt")
      try takeAsCopied()
      return try (try await inspect()).ready(for: name)
    } catch {
      if !found.isPrepared { try? await tearDown() }
      throw error
    }
  }

  private func takeAsCopied() throws {
    let names = try source.ask { $0.tables.keys.sorted() }
    try target.ask { state in
      let position = state.books[name]?.position ?? .zero
      for table in names where state.books[name]?.ready[table] == nil { state.books[name]?.ready[table] = position }
    }
  }

  public func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    note("copy")
    let names = try source.ask { $0.tables.keys.sorted() }
    let ready = try target.ask { $0.books[name]?.ready ?? [:] }
    let missing = names.filter { ready[$0] == nil }
    for (index, table) in missing.enumerated() {
      try Task.checkCancellation()
      let (rows, position) = try source.ask { ($0.tables[table] ?? [:], $0.position) }
      let bytes = UInt64(rows.count * 100)
      let done = names.count - missing.count + index
      await report(
        .copying(table: table, bytesDone: bytes / 2, bytesTotal: bytes, tablesDone: done, tablesTotal: names.count))
      try await clock.sleep(for: .milliseconds(10))
      try target.ask { state in
        state.tables[table] = rows
        state.books[name]?.ready[table] = position
      }
      faults.withLock { $0.copies += 1 }
      await report(.copied(table: table))
    }
    let time = faults.withLock { $0.rebuildTime }
    guard time > .zero, !missing.isEmpty else { return }
    await report(.rebuilding(["index"]))
    try await clock.sleep(for: time)
    await report(.rebuilding([]))
  }

  public func stream(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    note("stream")
    faults.withLock { $0.isStreaming = true }
    defer { faults.withLock { $0.isStreaming = false } }
    while true {
      try Task.checkCancellation()
      let failure = faults.withLock { faults in
        defer { faults.streamFailure = nil }
        return faults.streamFailure
      }
      if let failure { throw failure }
      await report(.applied(try apply()))
      if faults.withLock({ $0.isLabouring }) { await report(.working) }
      try await clock.sleep(for: .milliseconds(20))
    }
  }

  /// Applies what has arrived, and acknowledges it.
  private func apply() throws -> LinkProgress {
    let isStalled = faults.withLock { $0.isStalled }
    let (end, log) = try source.ask { state in
      guard let slot = state.slots[slotName] else { throw LinkFailure.slotLost("slot \(slotName) is gone") }
      return (state.position, state.log.filter { $0.end > slot })
    }
    var progress = LinkProgress(sourcePosition: end, received: end, applied: end, sourceClock: wallClock.now())
    progress.receivedCommit = log.last?.committedAt
    let applied = try target.ask { state in
      guard var book = state.books[name] else { throw LinkFailure.blocked("the link was never prepared") }
      if isStalled { return book.position }
      for transaction in log where transaction.end > book.position {
        let changes = transaction.changes.filter { transaction.end > book.ready[$0.table] ?? .zero }
        SimulatedDatabase.apply(changes, to: &state)
        for change in changes {
          book.rows[change.table, default: 0] += 1
          progress.rows[change.table, default: 0] += 1
        }
        progress.transactions += 1
        progress.appliedCommit = transaction.committedAt
      }
      book.position = max(book.position, end)
      state.books[name] = book
      return book.position
    }
    progress.applied = applied
    try source.ask { state in state.slots[slotName] = max(applied, state.slots[slotName] ?? applied) }
    return progress
  }

  public func note(isPaused: Bool) async throws {
    try target.ask { state in
      if isPaused { state.paused.insert(name) } else { state.paused.remove(name) }
    }
  }

  public func sourcePosition() async throws -> LSN { try source.ask { $0.position } }

  public func appliedPosition() async throws -> LSN { try target.ask { $0.books[name]?.position ?? .zero } }

  public func remains() async throws -> String? {
    let (applied, position) = (try await appliedPosition(), try source.ask { $0.position })
    return applied >= position ? nil : "the source has been written since it was drained"
  }

  public func discard(tables: [String]) async throws {
    note("discard")
    let hasSlot = try source.ask { $0.slots[slotName] } != nil
    try target.ask { state in
      for table in tables {
        state.tables[table] = [:]
        state.books[name]?.ready[table] = nil
      }
      // Without a copy that a new slot could not follow on, a new one serves.
      if !hasSlot, state.books[name]?.ready.isEmpty == true { state.books[name] = nil }
    }
  }

  public func verify(
    tables: [String], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] {
    note("verify")
    var outcomes: [String: VerifyOutcome] = [:]
    for table in tables {
      await progress(table)
      guard let there = try source.ask({ $0.tables[table] }) else { continue }
      let rows = (there, try target.ask { $0.tables[table] ?? [:] })
      let unlike = Set(rows.0.keys).union(rows.1.keys).sorted().filter { rows.0[$0] != rows.1[$0] }
      let differences = unlike.map { key in
        TableDifference(
          table: table, key: key,
          kind: rows.1[key] == nil ? .missing : rows.0[key] == nil ? .surplus : .unlike)
      }
      let summary = VerifySummary(
        at: wallClock.now(), rowsCompared: Set(rows.0.keys).union(rows.1.keys).count,
        missing: differences.count { $0.kind == .missing }, surplus: differences.count { $0.kind == .surplus },
        unlike: differences.count { $0.kind == .unlike })
      outcomes[table] = VerifyOutcome(
        summary: summary, differences: Array(differences.prefix(VerifyOutcome.differenceLimit)))
    }
    return outcomes
  }

  public func repair(
    _ differences: [TableDifference], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int {
    note("repair")
    var repaired = 0
    for difference in differences {
      let value = try source.ask { $0.tables[difference.table]?[difference.key] }
      repaired += try target.ask { state in
        guard state.tables[difference.table]?[difference.key] != value else { return 0 }
        state.tables[difference.table, default: [:]][difference.key] = value
        return 1
      }
    }
    await progress("\(repaired) rows")
    return repaired
  }

  public func advanceSequences() async throws -> Int {
    note("sequences")
    let value = try source.ask { $0.sequences }
    return try target.ask { state in
      defer { state.sequences = max(state.sequences, value + 1) }
      return state.sequences > value ? 0 : 1
    }
  }

  public func advanceSequencesAlone() async throws -> Int {
    note("sequences alone")
    return try target.ask { state in
      state.sequences += 1000
      return 1
    }
  }

  public func conflicts(newest limit: Int) async throws -> [ReplicationConflict] { [] }

  public func reapply(conflict: Int64) async throws {
    throw LinkFailure.blocked("there is no conflict \(conflict)")
  }

  public func tearDown() async throws {
    note("tearDown")
    try source.ask { $0.slots[slotName] = nil }
    try target.ask { state in
      state.books[name] = nil
      state.paused.remove(name)
    }
  }

  private func note(_ work: String) { faults.withLock { $0.works.append(work) } }
}
