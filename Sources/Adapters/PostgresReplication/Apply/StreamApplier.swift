import Operations
import PostgresAdapter

/// Writes batches at the target of a one-way link. Progress is stored in the transaction that writes the data.
actor StreamApplier {
  let settings: LinkSettings
  let connection: PostgresConnection
  private let holdsRole: Bool
  private var tables: TargetTables
  /// Staging tables that this session has, by relation.
  var staged: [UInt32: SourceRelation] = [:]
  private var isInTransaction = false
  /// Where the target's books stand.
  private var position: LSN
  /// Changes are applied one by one until the next large transaction has ended: it could not be merged.
  private var isOrdered: Bool
  /// Rows applied and not yet added to the books.
  private var unbooked: [String: Int] = [:]
  /// Rows that the open transaction adds to the books.
  private var booking: [String: Int] = [:]
  private var bookedAt = ContinuousClock.now
  /// Progress that a test has taken out of its transaction.
  private var late: PostgresStatement?

  /// Below it, statements one by one are faster than staging.
  private static let mergeThreshold = 48
  private static let statementLimit = 4000
  static let timeout: Duration = .seconds(600)
  /// A row without a key is looked for in the whole table, and all that is sent together is done in one such time.
  private static let scanWeight = 100

  /// - Parameters:
  ///   - position: where the target's books stand.
  ///   - isOrdered: whether the last stream ended because a large transaction could not be merged.
  ///   - holdsRole: whether the target keeps a role, which is held fast with each transaction.
  init(
    settings: LinkSettings, connection: PostgresConnection, position: LSN, shapes: [String: TableShape],
    actsAsReplica: Bool, isOrdered: Bool, holdsRole: Bool = false
  ) {
    self.position = position
    self.isOrdered = isOrdered
    self.holdsRole = holdsRole
    self.settings = settings
    self.connection = connection
    tables = TargetTables(shapes, in: settings.searchedSchemas, actsAsReplica: actsAsReplica)
  }

  /// Applies a batch; with its last whole transaction it becomes durable, progress included, at once or with the next.
  ///
  /// - Throws: ``LinkFailure``; ``ApplyFailure/table(name:reason:)`` when a table must be set aside first,
  ///   ``ApplyFailure/order`` when a large transaction must be received again. The session is of no more use then.
  func apply(_ batch: ChangeBatch, foreseen: [MergeWork]?, desk: StreamDesk) async throws -> AppliedBatch {
    do { return try await write(batch, foreseen, desk) } catch ApplyFailure.table(let name, let reason) {
      guard try await isAsItWas(name) else {
        throw LinkFailure.unreachable(
          "\(name) was altered at the target while changes were applied, which is done again: \(reason)")
      }
      throw ApplyFailure.table(name: name, reason: reason)
    }
  }

  private func write(_ batch: ChangeBatch, _ foreseen: [MergeWork]?, _ desk: StreamDesk) async throws -> AppliedBatch {
    var batch = batch
    if settings.traps.contains(.writesUnchangedAsNull) { batch.nullUnchanged() }
    var tables: [UInt32: ApplyTable] = [:]
    var rows: [String: Int] = [:]
    for (relation, count) in batch.changesByRelation() {
      let table = try await tableAnew(relation, batch)
      tables[relation] = table
      rows[table.name, default: 0] += count
    }
    booking = [:]
    unbooked.merge(rows, uniquingKeysWith: +)
    let continues = isInTransaction
    let merges =
      !isOrdered && !batch.truncates && batch.changes.count >= Self.mergeThreshold
      && tables.values.allSatisfy { $0.canMerge || ($0.isKeyless && isInsertOnly($0.relation.oid, batch)) }
    if merges {
      let isFirst = !isInTransaction
      do {
        let isDurable = try await merge(batch, tables, foreseen, desk)
        return AppliedBatch(rows: rows, isDurable: isDurable)
      } catch ApplyFailure.order {
        // What was staged before in the same transaction is gone with it, and must be received anew.
        guard isFirst else { throw ApplyFailure.order }
        try await roll()
        try await applyInOrder(batch, tables, upserting: false)
      }
    } else {
      await desk.sent()
      try await applyInOrder(batch, tables, upserting: false)
    }
    if continues, !batch.isOpen { isOrdered = false }
    return AppliedBatch(rows: rows)
  }

  func foresee(_ batch: ChangeBatch) async -> [MergeWork]? {
    guard !isOrdered, settings.traps.isEmpty, !batch.truncates else { return nil }
    var tables: [UInt32: ApplyTable] = [:]
    for relation in batch.changesByRelation().keys {
      // One that is new, or was altered, is looked at when its turn comes.
      guard let table = self.tables[relation], table.relation == batch.relations[relation] else { return nil }
      guard table.canMerge || table.isKeyless else { return nil }
      tables[relation] = table
    }
    return await Self.works(of: batch, tables)
  }

  /// Not here, where it would keep the batch that is being written waiting.
  @concurrent private static func works(
    of batch: ChangeBatch, _ tables: [UInt32: ApplyTable]
  ) async -> [MergeWork]? {
    try? MergeWork.all(of: batch, tables)
  }

  func store(_ passed: StreamDesk.Passed) async throws {
    guard !isInTransaction else { return }
    try await run([
      ProgressStatement.moving(settings, from: position, to: passed.position, passed: passed, holdsRole: holdsRole)
    ])
    position = passed.position
  }

  // MARK: - Change by change

  private func applyInOrder(
    _ batch: ChangeBatch, _ tables: [UInt32: ApplyTable], upserting: Bool
  ) async throws {
    let log = MissingRowLog(
      link: settings.directionName, node: settings.sourceNode, committedAt: batch.committedAt)
    let isFirst = !isInTransaction
    var statements = opening()
    var owners: [String?] = statements.map { _ in nil }
    var weight = 0
    for (index, change) in batch.changes.enumerated() {
      guard let table = tables[change.relation],
        let statement = change.kind == .truncate
          ? truncation(at: index, batch, tables)
          : table.statement(for: change, in: batch, upserting: upserting, log: log)
      else { continue }
      statements.append(statement)
      owners.append(table.name)
      weight += table.isKeyless && change.kind != .insert && change.kind != .truncate ? Self.scanWeight : 1
      if weight >= Self.statementLimit {
        weight = 0
        if try await run(&statements, &owners, retrying: isFirst && !upserting, batch, tables) { return }
      }
    }
    let ending = closing(batch)
    statements += ending
    owners += ending.map { _ in nil }
    if try await run(&statements, &owners, retrying: isFirst && !upserting, batch, tables) { return }
    if batch.isOpen { opened() } else { closed(batch) }
  }

  /// - Parameter retrying: whether a row that is there already may be tried again as an upsert of the whole batch.
  /// - Returns: whether the whole batch was tried again, and is applied.
  private func run(
    _ statements: inout [PostgresStatement], _ owners: inout [String?], retrying: Bool, _ batch: ChangeBatch,
    _ tables: [UInt32: ApplyTable]
  ) async throws -> Bool {
    defer {
      statements = []
      owners = []
    }
    do {
      try await connection.pipeline(statements, timeout: Self.timeout)
      isInTransaction = true
      return false
    } catch let refusal as PostgresPipelineError {
      let sender = owners.indices.contains(refusal.index) ? owners[refusal.index] : nil
      let owner = sender ?? judgedLate(refusal.error)
      try await roll()
      if retrying, refusal.error.isUniqueViolation, sender != nil {
        try await applyInOrder(batch, tables, upserting: true)
        return true
      }
      let failure = owner == nil ? ProgressStatement.failure(refusal.error, settings) : nil
      throw failure ?? ApplyFailure.judging(refusal.error, table: owner)
    } catch let error as PostgresError {
      throw ApplyFailure.judging(error, table: nil)
    }
  }

  /// Tables that were emptied together must be: those between which there are foreign keys cannot be one by one.
  ///
  /// - Returns: nil for a table that the statement of the one before has emptied.
  private func truncation(
    at index: Int, _ batch: ChangeBatch, _ tables: [UInt32: ApplyTable]
  ) -> PostgresStatement? {
    guard index == 0 || batch.changes[index - 1].kind != .truncate else { return nil }
    let together = batch.changes[index...].prefix { $0.kind == .truncate }
    let names = Set(together.compactMap { tables[$0.relation]?.quotedName }).sorted()
    return PostgresStatement("TRUNCATE \(names.joined(separator: ", "))")
  }

  // MARK: - Parts

  private func tableAnew(_ relation: UInt32, _ batch: ChangeBatch) async throws -> ApplyTable {
    var tables = tables
    defer { self.tables = tables }
    do { return try await tables.table(relation, batch, on: connection) } catch let error as PostgresError {
      throw ApplyFailure.judging(error, table: nil)
    }
  }

  /// Whether the target's table still is what its statements were made for. The session is of no more use.
  private func isAsItWas(_ name: String) async throws -> Bool {
    _ = try? await connection.execute("ROLLBACK", timeout: .seconds(30))
    guard let now = try? await TableCatalog.shapes(on: connection, in: settings.searchedSchemas) else { return true }
    guard let before = tables.shapes[name], let shape = now[name] else {
      return tables.shapes[name] == nil && now[name] == nil
    }
    return before.hasForm(of: shape)
  }

  func opening() -> [PostgresStatement] {
    guard !isInTransaction else { return [] }
    defer { late = nil }
    return (late.map { [$0] } ?? []) + [PostgresStatement("BEGIN")]
  }

  func opened() { isInTransaction = true }

  func closed(_ batch: ChangeBatch) {
    isInTransaction = false
    position = batch.end ?? position
  }

  /// What ends a transaction, unless it goes on in the next batch.
  func closing(_ batch: ChangeBatch, isDurable: Bool = true) -> [PostgresStatement] {
    guard !batch.isOpen, let end = batch.end else { return [] }
    var statements = [ProgressStatement.moving(settings, from: position, to: end, batch, holdsRole: holdsRole)]
    if ContinuousClock.now - bookedAt > .seconds(1) {
      statements += unbooked.sorted { $0.key < $1.key }.map { name, count in
        PostgresStatement(
          """
          UPDATE signalbox.link_table SET rows_applied = rows_applied + $3::bigint
          WHERE link = $1::text AND table_name = $2::text
          """, [PostgresValue(settings.directionName), PostgresValue(name), PostgresValue(count)])
      }
      booking = unbooked
      unbooked = [:]
      bookedAt = .now
    }
    if settings.traps.contains(.storesProgressApart) { late = statements.removeFirst() }
    if !isDurable { statements.append(PostgresStatement("SET LOCAL synchronous_commit = off")) }
    return statements + [PostgresStatement("COMMIT")]
  }

  func run(_ statements: [PostgresStatement], table: String? = nil) async throws {
    do {
      try await connection.pipeline(statements, timeout: Self.timeout)
    } catch let refusal as PostgresPipelineError {
      throw ProgressStatement.failure(refusal.error, settings)
        ?? ApplyFailure.judging(refusal.error, table: table ?? judgedLate(refusal.error))
    } catch let error as PostgresError {
      throw ApplyFailure.judging(error, table: table)
    }
  }

  /// The link's table whose constraint is judged at the end of a transaction, and has refused it. It may be a
  /// partition's.
  private func judgedLate(_ error: PostgresError) -> String? {
    guard error.sqlState?.hasPrefix("23") == true, let name = error.table else { return nil }
    let root = tables.shapes.values.first { shape in
      shape.name == name || shape.partitions.contains { "\(shape.schema).\($0)" == name }
    }
    return tables.all.first { $0.name == root?.name }?.name
  }

  func roll() async throws {
    isInTransaction = false
    unbooked.merge(booking, uniquingKeysWith: +)
    booking = [:]
    do { try await connection.execute("ROLLBACK", timeout: .seconds(30)) } catch {
      throw LinkFailure.unreachable("\(error)")
    }
  }

  private func isInsertOnly(_ relation: UInt32, _ batch: ChangeBatch) -> Bool {
    batch.changes.allSatisfy { $0.relation != relation || $0.kind == .insert }
  }
}
