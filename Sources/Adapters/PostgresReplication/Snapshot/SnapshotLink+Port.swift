public import Operations
import PostgresAdapter

extension SnapshotLink: ReplicationLinkPort {
  public func inspect() async throws -> LinkInspection { try await Inspector(settings: settings).inspect() }

  public func prepare() async throws -> LinkInspection {
    forget()
    return try await Preparation(settings: settings).run().inspection
  }

  public func adopt() async throws -> LinkInspection {
    forget()
    return try await Preparation(settings: settings, beginning: .adopt).adopt()
  }

  /// Nothing to do: the first snapshot copies what the target does not have.
  public func copyBaseline(report: @escaping @Sendable (LinkReport) async -> Void) async throws {}

  public func note(isPaused: Bool) async throws { try await chores.note(isPaused: isPaused) }

  public func sourcePosition() async throws -> LSN { try await chores.sourcePosition() }

  /// It is not turned.
  public func remains() async throws -> String? { nil }

  public func discard(tables: [String]) async throws { try await chores.discard(tables: tables) }

  /// Takes snapshots meanwhile, so that rows which the source has changed since the last one are told from differences.
  /// Versions that the target keeps because they are later are differences all the same.
  public func verify(
    tables: [String], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] {
    var limits = VerifyLimits()
    // A pass lasts as long as it lasts; that none comes is found by `hurriedPosition`.
    limits.applyWait = .seconds(24 * 3600)
    return try await chores.verify(
      tables: tables, limits: limits, appliedPosition: { try await self.hurriedPosition() }, progress: progress)
  }

  /// Between two snapshots, so that none brings back what the source held before.
  public func repair(
    _ differences: [TableDifference], progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int {
    try await betweenSnapshots { [chores] in
      try await chores.repair(differences, appliedPosition: { LSN(.max) }, progress: progress)
    }
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
    forget()
    try await TearDown(settings: settings).run()
  }
}
