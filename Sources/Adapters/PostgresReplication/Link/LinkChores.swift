import Operations
import PostgresAdapter

/// What links of every mode do alike: single questions and changes, each with a session of its own.
struct LinkChores: Sendable {
  let settings: LinkSettings

  static let connectTimeout: Duration = .seconds(10)

  /// Lends a session at a side.
  ///
  /// - Throws: ``LinkFailure``; what `body` throws.
  func ask<Value: Sendable>(
    _ side: PostgresSettings, _ body: @Sendable (PostgresConnection) async throws -> Value
  ) async throws -> Value {
    try await LinkFailure.naming("asking for the link \(settings.directionName)") {
      let session = settings.session(side, purpose: "control")
      let connection = try await settings.enter(side, as: session, timeout: Self.connectTimeout)
      do {
        let value = try await body(connection)
        await connection.close()
        return value
      } catch {
        await connection.close()
        throw error
      }
    }
  }

  func slot() async throws -> ReplicationLinkSnapshot.Slot? {
    try await ask(settings.source) { source in
      let slot = try await SourceSlot.read(settings.slotName, on: source)
      return slot?.foreignClaim == nil ? slot?.snapshot : nil
    }
  }

  func sourcePosition() async throws -> LSN {
    try await ask(settings.source) { try await AppliedWait.position($0, timeout: .seconds(10)) }
  }

  /// As the target's books have it, on its disk.
  func recordedPosition() async throws -> LSN {
    try await ask(settings.target) { connection in
      guard let record = try await LinkRecord.read(settings.directionName, on: connection) else { return .zero }
      // Not every commit of a stream has waited for it.
      if settings.mode == .stream { try await LinkRecord.flush(connection) }
      return record.position
    }
  }

  /// The link's tables as the source has them.
  func sourceShapes() async throws -> [TableShape] {
    try await ask(settings.source) { connection in
      let tables = try await TableCatalog.tables(on: connection, in: settings.searchedSchemas)
      return ScopedTables(source: tables, settings: settings).included.map(\.shape)
    }
  }

  func note(isPaused: Bool) async throws {
    try await ask(settings.target) { try await LinkPause.note(isPaused, of: settings.directionName, on: $0) }
  }

  func discard(tables: [String]) async throws {
    try await ask(settings.target) { connection in
      for table in tables {
        try await LinkTableRecord.set(.copying, of: table, link: settings.directionName, on: connection)
      }
    }
  }

  func verify(
    tables: [String], limits: VerifyLimits = VerifyLimits(),
    appliedPosition: @escaping @Sendable () async throws -> LSN,
    reverseAppliedPosition: (@Sendable () async throws -> LSN)? = nil,
    progress: @escaping @Sendable (String) async -> Void
  ) async throws -> [String: VerifyOutcome] {
    let shapes = try await sourceShapes().filter { tables.contains($0.name) }
    return try await Verifier(settings: settings, limits: limits).verify(
      tables: shapes, appliedPosition: appliedPosition, reverseAppliedPosition: reverseAppliedPosition,
      progress: progress)
  }

  func repair(
    _ differences: [TableDifference], appliedPosition: @escaping @Sendable () async throws -> LSN,
    reverseAppliedPosition: (@Sendable () async throws -> LSN)? = nil,
    progress: @escaping @Sendable (String) async -> Void
  ) async throws -> Int {
    try await LinkFailure.naming("repairing") {
      try await Repairer(settings: settings).repair(
        differences, tables: try await sourceShapes(), appliedPosition: appliedPosition,
        reverseAppliedPosition: reverseAppliedPosition, progress: progress)
    }
  }

  func conflicts(newest limit: Int) async throws -> [ReplicationConflict] {
    try await ask(settings.target) { try await ConflictLog(settings: settings).newest(limit, on: $0) }
  }

  func reapply(conflict: Int64) async throws {
    try await ask(settings.target) { try await ConflictLog(settings: settings).reapply(conflict, on: $0) }
  }
}
