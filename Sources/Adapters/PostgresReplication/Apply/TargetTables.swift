import Operations
import PostgresAdapter

/// What an applier knows of the target's tables: their forms as they were last read, and what follows for each of the
/// source's relations.
struct TargetTables: Sendable {
  private let schemas: [String]
  private let actsAsReplica: Bool
  private(set) var shapes: [String: TableShape]
  private var readAt = ContinuousClock.now
  private var tables: [UInt32: ApplyTable] = [:]

  /// Tables that come one after the other are not each worth reading the catalog.
  private static let lasts: Duration = .seconds(1)

  /// - Parameter actsAsReplica: whether foreign keys and triggers of the target stay silent.
  init(_ shapes: [String: TableShape], in schemas: [String], actsAsReplica: Bool) {
    self.shapes = shapes
    self.schemas = schemas
    self.actsAsReplica = actsAsReplica
  }

  var all: some Collection<ApplyTable> { tables.values }

  subscript(relation: UInt32) -> ApplyTable? { tables[relation] }

  /// What the target's table was when the stream began it need not be any more: it is asked for again where the source's
  /// is new or was altered, and before a table is set aside.
  ///
  /// - Throws: ``ApplyFailure/table(name:reason:)``; ``LinkFailure``; ``PostgresError``.
  mutating func table(
    _ relation: UInt32, _ batch: ChangeBatch, on connection: PostgresConnection
  ) async throws -> ApplyTable {
    let known = tables[relation]
    // Whoever alters a table at the source may have altered it here before.
    if known?.relation != batch.relations[relation], known != nil || .now - readAt > Self.lasts {
      try await read(on: connection)
    }
    do { return try table(relation, batch) } catch is ApplyFailure {
      try await read(on: connection)
      return try table(relation, batch)
    }
  }

  private mutating func read(on connection: PostgresConnection) async throws {
    shapes = try await TableCatalog.shapes(on: connection, in: schemas)
    readAt = .now
  }

  private mutating func table(_ relation: UInt32, _ batch: ChangeBatch) throws -> ApplyTable {
    guard let description = batch.relations[relation] else {
      throw LinkFailure.unreachable("the stream names a table that it has not described")
    }
    if let known = tables[relation], known.relation == description { return known }
    guard let shape = shapes[description.name] else {
      throw ApplyFailure.table(
        name: description.name, reason: "\(description.name): the target has no such table; create it, then copy it")
    }
    do throws(TableMismatch) {
      let table = try ApplyTable(relation: description, target: shape, actsAsReplica: actsAsReplica)
      tables[relation] = table
      return table
    } catch {
      throw ApplyFailure.table(name: description.name, reason: error.reason)
    }
  }
}
