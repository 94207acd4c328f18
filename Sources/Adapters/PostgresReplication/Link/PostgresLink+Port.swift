public import Operations
import PostgresAdapter

extension PostgresLink: ReplicationLinkPort {
  public func inspect() async throws -> LinkInspection { try await Inspector(settings: settings).inspect() }

  public func prepare() async throws -> LinkInspection {
    await forget()
    let found = try await Preparation(settings: settings).run(
      keepsSessions: true, hasReplicated: hasEnded ? .no : .withSlot)
    keep(found)
    // Whoever gave up meanwhile will not come for what was left open.
    if Task.isCancelled { await forget() }
    return found.inspection
  }

  public func halt() async throws { await forget() }

  public func note(isPaused: Bool) async throws { try await chores.note(isPaused: isPaused) }

  public func adopt() async throws -> LinkInspection {
    await forget()
    return try await Preparation(settings: settings, beginning: .adopt).adopt()
  }

  public func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws {
    let snapshot = takeSnapshot()
    await forget()
    try await Baseline(settings: settings).copy(from: snapshot, report: report)
  }

  public func slot() async throws -> ReplicationLinkSnapshot.Slot? { try await chores.slot() }

  public func sourcePosition() async throws -> LSN { try await chores.sourcePosition() }

  /// While the stream goes on, what it has dealt with counts too, though there was nothing to store.
  public func appliedPosition() async throws -> LSN {
    if let applied = streamedPosition { return applied }
    return try await chores.recordedPosition()
  }

  public func remains() async throws -> String? {
    await forget()
    let position = try await chores.recordedPosition()
    return try await chores.ask(settings.source) { [settings] source in
      try await SourceRemains(settings: settings).find(on: source, from: position)
    }
  }

  public func discard(tables: [String]) async throws { try await chores.discard(tables: tables) }

  public func verify(
    tables: [String], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] {
    try await chores.verify(
      tables: tables, appliedPosition: { try await self.appliedPosition() }, reverseAppliedPosition: reverse,
      progress: progress)
  }

  public func repair(
    _ differences: [TableDifference], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int {
    try await chores.repair(
      differences, appliedPosition: { try await self.appliedPosition() }, reverseAppliedPosition: reverse,
      progress: progress)
  }

  public func advanceSequences() async throws -> Int { try await Sequences(settings: settings).advance() }

  public func advanceSequencesAlone() async throws -> Int {
    try await Sequences(settings: settings).advanceAlone()
  }

  public func conflicts(newest limit: Int) async throws -> [ReplicationConflict] {
    try await chores.conflicts(newest: limit)
  }

  public func reapply(conflict: Int64) async throws { try await chores.reapply(conflict: conflict) }

  public func tearDown() async throws {
    await forget()
    try await TearDown(settings: settings).run()
  }

  // MARK: - Parts

  private var chores: LinkChores { LinkChores(settings: settings) }

  /// Asks for ``reversePosition()`` where changes go both ways.
  private nonisolated var reverse: (@Sendable () async throws -> LSN)? {
    guard settings.mode == .streamBoth else { return nil }
    return { try await self.reversePosition() }
  }

  /// The target's position that is durable at the source.
  private func reversePosition() async throws -> LSN {
    try await chores.ask(settings.source) { connection in
      try await LinkRecord.read(settings.reversed.directionName, on: connection)?.position ?? .zero
    }
  }
}
