import Operations
import PostgresAdapter

/// Writes transactions at a target that others write as well. One transaction of the source is one of the target's, and
/// each change is judged by ``ConflictRule``.
actor VersionedApplier {
  /// Each transaction that was applied from the other side has a row in it.
  static let marker = "signalbox.applied"
  static let quotedMarker = SQLText.table(schema: "signalbox", name: "applied")

  let settings: LinkSettings
  let connection: PostgresConnection
  /// For values that a change did not send.
  private let source: PostgresConnection
  /// Where the target's books stand.
  private var position: LSN
  private let actsAsReplica: Bool
  private var tables: TargetTables
  private var uniques: [UInt32: [[Int]]] = [:]
  private var known: KnownCommits
  private var isInTransaction = false
  private var pending = PendingWrites()
  private var standing = StandingRows()

  private static let timeout: Duration = .seconds(600)
  private static let lookLimit = 2000

  init(
    settings: LinkSettings, connection: PostgresConnection, source: PostgresConnection, position: LSN,
    shapes: [String: TableShape], actsAsReplica: Bool, known: KnownCommits
  ) {
    self.position = position
    self.known = known
    self.settings = settings
    self.connection = connection
    self.source = source
    tables = TargetTables(shapes, in: settings.searchedSchemas, actsAsReplica: actsAsReplica)
    self.actsAsReplica = actsAsReplica
  }

  /// Told that every change to come was made in the knowledge of what the target had committed until `time`.
  func know(_ time: Timestamp) { known.raise(to: time) }

  private func begin(_ version: RowVersion) {
    guard !isInTransaction else { return }
    standing = StandingRows()
    add(PostgresStatement("BEGIN"))
    add(AppliedMarker.statement(committedAt: version.committedAt.postgresText, node: version.node))
    isInTransaction = true
  }

  private func add(_ statement: PostgresStatement, for table: ApplyTable? = nil, isForOneRow: Bool = false) {
    pending.add(statement, for: table, isForOneRow: isForOneRow)
  }

  /// Sends what has been decided.
  private func flush() async throws {
    let sent = pending
    guard !sent.isEmpty else { return }
    pending = PendingWrites()
    do {
      let counts = try await connection.pipeline(sent.statements, timeout: Self.timeout)
      // Triggers that are not silent may have taken the row away. The end of the transaction may have gone along: what
      // is wrong then is told, and mended by a copy.
      if actsAsReplica { try sent.require(counts) }
    } catch let refusal as PostgresPipelineError {
      throw sent.failure(refusal, settings, at: position)
    }
  }

  // MARK: - Changes

  /// The rows that the next changes touch are locked and read with one statement for each table.
  private func look(ahead changes: ArraySlice<Change>, _ batch: ChangeBatch) async throws {
    var keys: [UInt32: [[String?]]] = [:]
    var asked: [UInt32: Set<ExactText>] = [:]
    for change in changes {
      guard let table = tables[change.relation], !table.isKeyless else { continue }
      let old = change.old >= 0 ? table.key(of: change.old, batch) : nil
      let new = change.new >= 0 ? table.key(of: table.newValues(change, batch)) : nil
      for key in [old, new].compactMap({ $0 }) {
        guard !key.contains(nil), !standing.hasLooked(change.relation, key),
          asked[change.relation, default: []].insert(ExactText(key)).inserted
        else { continue }
        keys[change.relation, default: []].append(key)
      }
    }
    for relation in keys.keys.sorted() {
      guard let table = tables[relation] else { continue }
      var wanted = keys[relation] ?? []
      while !wanted.isEmpty { wanted = try await look(at: wanted, of: table) }
    }
  }

  /// - Returns: the keys that have to be looked for again.
  private func look(at keys: [[String?]], of table: ApplyTable) async throws -> [[String?]] {
    let statement = table.look(at: keys, node: settings.targetNode)
    let rows = try await connection.query(
      statement.sql, statement.parameters, timeout: Self.timeout, preparing: true)
    var vanished: [[String?]] = []
    for row in rows {
      let key = keys[try row.get("place", as: Int.self) - 1]
      if try row.get("vanished", as: Bool.self) {
        vanished.append(key)
      } else {
        standing.found(try StandingRow(row, of: table), table.relation.oid, key, common: try row.get("common"))
      }
    }
    return vanished
  }

  private func apply(_ change: Change, _ batch: ChangeBatch, _ version: RowVersion) async throws {
    guard let table = tables[change.relation] else { return }
    guard !table.isKeyless else {
      guard change.kind == .insert else {
        throw ApplyFailure.table(
          name: table.name, reason: "\(table.name): without a key its updates cannot be compared; give it a primary key"
        )
      }
      return add(table.insertStatement(table.newValues(change, batch)), for: table)
    }
    switch change.kind {
    case .truncate: return
    case .delete: try await delete(table.key(of: change.old, batch), table, version)
    case .insert: try await put(table.newValues(change, batch), of: change, .insert, table, version, batch)
    case .update:
      let new = table.newValues(change, batch)
      let old = change.old >= 0 ? table.key(of: change.old, batch) : nil
      guard let old, !standing.areEqual(change.relation, old, table.key(of: new)) else {
        return try await put(new, of: change, .update, table, version, batch)
      }
      // Under the new key nothing is expected.
      try await delete(old, table, version)
      try await put(new, of: change, .insert, table, version, batch)
    }
  }

  private func delete(_ key: [String?], _ table: ApplyTable, _ version: RowVersion) async throws {
    let own = standing[table.relation.oid, key]
    guard case .apply(let kind) = ConflictRule.decide(.delete, version, on: own.standing, known: known) else {
      return
    }
    remove(key, table, version, own, kind)
  }

  /// - Parameter kept: for which it goes; nil where that is the version that goes itself.
  private func remove(
    _ key: [String?], _ table: ApplyTable, _ version: RowVersion, _ own: StandingRow,
    _ conflict: ReplicationConflict.Kind?, kept: RowVersion? = nil
  ) {
    pending.note(own.absence, table)
    if own.exists { add(table.delete(key), for: table) }
    if !settings.traps.contains(.forgetsTombstones) { add(table.bury(key, version, over: own.absence), for: table) }
    log(conflict, table, key, kept ?? version, own)
    standing[table.relation.oid, key] = StandingRow(
      standing: .tombstone(version), json: nil, absence: own.absence)
  }

  private func put(
    _ row: [String?], of change: Change, _ arriving: ConflictRule.Arriving, _ table: ApplyTable,
    _ version: RowVersion, _ batch: ChangeBatch
  ) async throws {
    var new = row
    let key = table.key(of: new)
    guard !key.contains(nil) else {
      throw ApplyFailure.table(
        name: table.name, reason: "\(table.name): the source did not send a row's key; copy the table anew")
    }
    let own = standing[table.relation.oid, key]
    guard case .apply(let kind) = ConflictRule.decide(arriving, version, on: own.standing, known: known) else {
      return
    }
    var sent = table.columns.indices.filter { !batch.fields[Int(change.new) + $0].isUnchanged }
    // Over a version that the source did not know of, what it did not send may be another's.
    if sent.count < table.columns.count, !own.exists || kind != nil {
      guard try await complete(&new, unsent: Set(table.columns.indices).subtracting(sent), key, table) else {
        // Its delete is on the way, and may know of what stands here: that is lost to this version, not to the delete.
        return remove(key, table, version, own, kind)
      }
      sent = Array(table.columns.indices)
    }
    guard try await makeRoom(for: new, key, table, version, own, kind) else { return }
    let spelling = ExactText(table.key.map { new[$0] })
    if own.exists {
      // What is equal may be written differently. And a row of nothing but its key is written for its version's sake.
      let others = sent.filter { !table.key.contains($0) }
      let set = own.key == spelling && others.contains(where: table.settable.contains) ? others : sent
      if let statement = table.update(new, sent: set, key: key) { add(statement, for: table, isForOneRow: true) }
    } else {
      pending.note(own.absence, table)
      add(table.insertStatement(new), for: table)
    }
    log(kind, table, key, version, own)
    standing[table.relation.oid, key] = StandingRow(
      standing: .row(version), json: nil, key: spelling, absence: own.absence)
  }

  private func log(
    _ kind: ReplicationConflict.Kind?, _ table: ApplyTable, _ key: [String?], _ version: RowVersion, _ own: StandingRow
  ) {
    guard let kind else { return }
    // A row that is missing without a trace was discarded by nobody that is known.
    let discarded = own.version ?? RowVersion(committedAt: version.committedAt, node: settings.targetNode)
    add(
      table.log(
        kind, link: settings.directionName, key: key, kept: version, discarded: discarded, discardedRow: own.json),
      for: table)
  }

  /// Fetches values that were not sent.
  ///
  /// - Returns: false when the source has no such row any more.
  private func complete(
    _ new: inout [String?], unsent: Set<Int>, _ key: [String?], _ table: ApplyTable
  ) async throws -> Bool {
    let statement = table.fetch(key)
    let rows = try await source.query(
      statement.sql, statement.parameters, timeout: .seconds(30), preparing: true)
    guard let row = rows.first else { return false }
    for column in unsent { new[column] = try row.getIfPresent("c\(column)") }
    return true
  }

  /// Of two rows with different keys that claim one unique value, the later one stays and the other goes, on both
  /// sides.
  ///
  /// - Returns: false when the arriving row is the one that goes.
  private func makeRoom(
    for new: [String?], _ key: [String?], _ table: ApplyTable, _ version: RowVersion, _ own: StandingRow,
    _ conflict: ReplicationConflict.Kind?
  ) async throws -> Bool {
    for unique in uniques[table.relation.oid] ?? [] where unique.allSatisfy({ new[$0] != nil }) {
      try await flush()
      let statement = table.lookForHolders(of: unique, new, key: key, node: settings.targetNode)
      let holders = try await connection.query(
        statement.sql, statement.parameters, timeout: Self.timeout, preparing: true)
      for holder in holders {
        let other = try StandingRow(holder, of: table)
        guard let otherVersion = other.version, let otherKey = other.key?.values else { continue }
        standing.found(other, table.relation.oid, otherKey, common: try holder.get("common"))
        if case .apply(let kind) = ConflictRule.collides(version, with: otherVersion) {
          add(table.delete(otherKey), for: table)
          // With the version that it had: what was made of it later than that, and may claim another value, is to come
          // back, on this side as on the other.
          add(table.bury(otherKey, otherVersion), for: table)
          log(kind, table, otherKey, version, other)
          standing[table.relation.oid, otherKey] = StandingRow(standing: .tombstone(otherVersion), json: nil)
        } else {
          // The arriving version is logged at its home; what stood here is lost with it.
          remove(key, table, version, own, conflict, kept: otherVersion)
          return false
        }
      }
    }
    return true
  }

  // MARK: - Tables

  private func take(_ relation: UInt32, _ batch: ChangeBatch) async throws {
    var tables = tables
    defer { self.tables = tables }
    let before = tables[relation]
    let table = try await tables.table(relation, batch, on: connection)
    guard before?.relation != table.relation, let shape = tables.shapes[table.name] else { return }
    let names = table.relation.columns.map(\.name)
    uniques[relation] = shape.uniqueKeys.compactMap { unique in
      // Of an index over columns that the source does not have, the target alone judges.
      let columns = unique.compactMap { names.firstIndex(of: $0) }
      return columns.count == unique.count && Set(columns) != Set(table.key) ? columns : nil
    }
  }
}

extension VersionedApplier: BatchApplier {
  func apply(_ batch: ChangeBatch, foreseen: [MergeWork]?, desk: StreamDesk) async throws -> AppliedBatch {
    guard let committedAt = batch.committedAt else {
      throw LinkFailure.unreachable("a transaction came without its commit time")
    }
    await desk.sent()
    let version = RowVersion(committedAt: committedAt, node: settings.sourceNode)
    var rows: [String: Int] = [:]
    known.learn(batch.newlySeen)
    do {
      for relation in batch.changesByRelation().keys { try await take(relation, batch) }
      if !batch.changes.isEmpty { begin(version) }
      var first = 0
      while first < batch.changes.count {
        let slice = batch.changes[first..<min(first + Self.lookLimit, batch.changes.count)]
        try await flush()
        try await look(ahead: slice, batch)
        for change in slice {
          try await apply(change, batch, version)
          rows[tables[change.relation]?.name ?? "", default: 0] += 1
        }
        pending.checkAbsences()
        first = slice.endIndex
      }
      try await finish(batch)
    } catch let error as PostgresError {
      throw ApplyFailure.judging(error, table: nil)
    }
    return AppliedBatch(rows: rows)
  }

  private func finish(_ batch: ChangeBatch) async throws {
    guard !batch.isOpen, let end = batch.end else { return try await flush() }
    add(ProgressStatement.moving(settings, from: position, to: end, batch))
    if isInTransaction { add(PostgresStatement("COMMIT")) }
    isInTransaction = false
    try await flush()
    position = end
    standing = StandingRows()
  }

  func store(_ passed: StreamDesk.Passed) async throws {
    guard !isInTransaction else { return }
    add(ProgressStatement.moving(settings, from: position, to: passed.position, passed: passed))
    try await flush()
    position = passed.position
  }
}
