import Operations
import PostgresAdapter

/// Copies the tables that the target does not have yet, all from one instant of the source.
///
/// A table is emptied, its ranges are copied, and with the last of them it is noted down as a copy of that instant. A
/// crash before that begins the table anew, from a newer instant; a crash after it leaves it as it is.
struct Baseline: Sendable {
  var settings: LinkSettings
  /// Heap pages of 8 KiB in a range: large enough for a session's overhead not to matter.
  var pagesPerRange = 4096
  /// Tables below it keep their indexes while they are copied.
  var rebuildAbove: UInt64 = 4 * 1024 * 1024
  var slotTimeout = Duration.seconds(60)
  /// For the other direction of a link that goes both ways.
  var wayBackPatience = Duration.seconds(60)

  /// - Parameter snapshot: what the source held when the link's slot was made, if that was just now; it is closed.
  /// - Throws: ``LinkFailure``; `CancellationError`.
  func copy(
    from snapshot: ExportedSnapshot?, report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    do {
      try await Sides.with(settings, purpose: "baseline") { sides in
        try await LinkFailure.naming("copying the link \(settings.directionName)") {
          try await copy(sides, snapshot, report)
        }
      }
      await snapshot?.close()
    } catch {
      await snapshot?.close()
      throw error
    }
  }

  private func copy(
    _ sides: Sides, _ snapshot: ExportedSnapshot?, _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    if let obstacle = try await RoleStanding.read(sides.target)?.obstacle(settings) {
      throw LinkFailure.blocked(obstacle)
    }
    var view = try await LinkTables.read(settings, sides)
    // What stands in the way of all of them is refused by the table itself.
    if settings.mode == .stream { _ = try await view.setOccupiedAside(settings, sides) }
    let tables = view.uncopied
    // Left over from an attempt that ended after the rows were there, or waiting for changes to be applied.
    let isRebuilding = Set(tables.map(\.name))
    let rebuild = Rebuild(settings: settings)
    let left = try await rebuild.pending(on: sides.target)
    try await rebuild.perform(left.filter { $0.kind == .index && !isRebuilding.contains($0.table) }, report)
    if !tables.isEmpty { try await copy(tables, view, sides, snapshot, report) }
    try await rebuild.perform(try await rebuild.pending(on: sides.target), report)
  }

  private func copy(
    _ tables: [ScopedTable], _ view: LinkTables, _ sides: Sides, _ snapshot: ExportedSnapshot?,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    let isFilled = tables.contains { view.records[$0.name]?.state == .copying }
    let wayBack =
      settings.mode == .streamBoth && isFilled ? WayBack(settings: settings, patience: wayBackPatience) : nil
    // What the target's application has written is brought to the source before it is thrown away here, and what it
    // wrote until then before the copy's instant.
    try await wayBack?.wait(for: tables, sides)
    for table in tables { try await empty(table, view, on: sides.target) }
    try await wayBack?.wait(for: tables, sides)
    let given = wayBack == nil ? snapshot : nil
    let taken: ExportedSnapshot
    if let given { taken = given } else { taken = try await passing() }
    do {
      try await copy(tables, view, sides, taken, report)
      if given == nil { await taken.close() }
    } catch {
      if given == nil { await taken.close() }
      throw error
    }
  }

  /// A later instant than the slot's: what the stream brings of the time between is in the copies already.
  private func passing() async throws -> ExportedSnapshot {
    let name = "signalbox_copy_" + String(UInt64.random(in: 0 ... .max), radix: 36)
    return try await ExportedSnapshot.export(
      slot: name, isTemporary: true, settings: settings, timeout: slotTimeout)
  }

  private func copy(
    _ tables: [ScopedTable], _ view: LinkTables, _ sides: Sides, _ snapshot: ExportedSnapshot,
    _ report: @escaping @Sendable (LinkReport) async -> Void
  ) async throws {
    let sessions = try await sessions(snapshot, tables)
    do {
      try await requireUnaltered(tables, sessions[0].source)
      let desk = CopyDesk(
        ranges: try await ranges(tables, on: sessions[0].source),
        trials: trials(tables, view, sides), report: report)
      var columns: [String: String] = [:]
      for table in tables {
        columns[table.name] = table.shape.plainColumns.map { SQLText.identifier($0.name) }.joined(separator: ", ")
      }
      let names = view.target.mapValues(\.quotedName)
      try await withThrowingTaskGroup(of: Void.self) { [columns] group in
        for session in sessions {
          let worker = CopyWorker(
            settings: settings, desk: desk, columns: columns, targets: names, position: snapshot.position,
            source: session.source, target: session.target)
          group.addTask { try await worker.run() }
        }
        try await group.waitForAll()
      }
    } catch {
      for session in sessions { await close(session) }
      throw error
    }
    for session in sessions { await close(session) }
  }

  private typealias Session = (source: PostgresConnection, target: PostgresConnection)

  private func close(_ session: Session) async {
    await session.source.close()
    await session.target.close()
  }

  // MARK: - Before

  /// What the table holds is ours from here on, and gone.
  private func empty(_ table: ScopedTable, _ view: LinkTables, on target: PostgresConnection) async throws {
    guard let shape = view.target[table.name] else { return }
    let isOurs = view.records[table.name]?.state == .copying
    if !isOurs {
      let holds = try await target.query("SELECT FROM \(shape.quotedName) LIMIT 1", timeout: .seconds(60))
      guard holds.isEmpty else { throw LinkFailure.blocked(Self.occupied(shape, settings)) }
      try await LinkTableRecord.set(.copying, of: table.name, link: settings.directionName, on: target)
    }
    try await Rebuild(settings: settings).takeAway(
      from: shape.quotedName, indexesToo: table.shape.bytes >= rebuildAbove, on: target)
    if isOurs { try await target.execute("TRUNCATE \(shape.quotedName)", timeout: .seconds(60)) }
  }

  static func occupied(_ table: TableShape, _ settings: LinkSettings) -> String {
    "\(table.name) holds rows at the target that were not copied from the source: empty it "
      + "(TRUNCATE \(table.quotedName)), leave it out (exclude: [\(table.name)]), or have it replaced "
      + "(\(SyncRequest.baseline(settings.id, tables: [table.name]).command))"
  }

  private func trials(_ tables: [ScopedTable], _ view: LinkTables, _ sides: Sides) -> [String: FormatTrial] {
    let isSameMajor = sides.source.serverVersionNumber / 10000 == sides.target.serverVersionNumber / 10000
    var trials: [String: FormatTrial] = [:]
    for table in tables {
      let isAlike = table.shape.plainColumns.allSatisfy { column in
        column.isBuiltIn && view.target[table.name]?.column(column.name)?.type == column.type
      }
      trials[table.name] = FormatTrial(mayBeBinary: isSameMajor && isAlike)
    }
    return trials
  }

  private func ranges(_ tables: [ScopedTable], on source: PostgresConnection) async throws -> [CopyRange] {
    var ranges: [CopyRange] = []
    for table in tables {
      let leaves = try await source.query(
        """
        SELECT n.nspname AS schema, c.relname AS name, pg_table_size(c.oid) AS bytes,
          pg_relation_size(c.oid) / current_setting('block_size')::int AS pages
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND (c.oid = $1::regclass
          OR c.oid IN (SELECT p.relid FROM pg_partition_tree($1::regclass) p WHERE p.isleaf))
        ORDER BY 1, 2
        """, [PostgresValue(table.shape.quotedName)], timeout: .seconds(60)
      ).map { row in
        CopyRange.Leaf(
          relation: SQLText.table(schema: try row.get("schema"), name: try row.get("name")),
          pages: try row.get("pages"), bytes: try row.get("bytes"))
      }
      // A partitioned table without partitions holds nothing, and is done when it is noted down.
      let filled = leaves.isEmpty ? [CopyRange.Leaf(relation: "", pages: 0, bytes: 0)] : leaves
      ranges += CopyRange.plan(
        filled, of: table.name, pagesPerRange: pagesPerRange, splits: source.serverVersionNumber >= 140000)
    }
    return ranges
  }

  // MARK: - Sessions

  /// One pair for each worker, opened at once. Where one cannot be, the others are closed.
  private func sessions(_ snapshot: ExportedSnapshot, _ tables: [ScopedTable]) async throws -> [Session] {
    let opening = await withTaskGroup(of: Result<Session, any Error>.self) { group in
      for _ in 0..<max(1, settings.parallelCopies) {
        group.addTask {
          do { return .success(try await session(snapshot, tables)) } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    do {
      return try opening.map { try $0.get() }
    } catch {
      for case .success(let session) in opening { await close(session) }
      throw error
    }
  }

  /// A worker's sessions. The source's sees the snapshot to its end, and keeps the tables from being rewritten: rows
  /// would change their places.
  private func session(_ snapshot: ExportedSnapshot, _ tables: [ScopedTable]) async throws -> Session {
    var source = settings.session(settings.source, purpose: "copy")
    source.sessionSettings.merge(ExportedSnapshot.unhurried) { _, new in new }
    // Rows that a policy hides must be an error, not missing.
    source.sessionSettings["row_security"] = "off"
    let reader = try await settings.enter(settings.source, as: source, timeout: .seconds(15))
    do {
      try await reader.execute(
        """
        BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT \(SQLText.literal(snapshot.name));
        LOCK TABLE \(tables.map(\.shape.quotedName).joined(separator: ", ")) IN ACCESS SHARE MODE
        """, timeout: .seconds(60))
      try await requireUnwritten(tables, reader)
      return (reader, try await settings.enterToCopy())
    } catch {
      await reader.close()
      throw error
    }
  }

  /// A table that was written anew after the snapshot, and before it was locked, is empty in the snapshot's eyes.
  /// (PostgreSQL documentation, "Caveats" of concurrency control.)
  private func requireUnwritten(_ tables: [ScopedTable], _ reader: PostgresConnection) async throws {
    let names = PostgresValue(TableCatalog.arrayLiteral(tables.map(\.shape.quotedName)))
    // The catalog as the snapshot sees it, beside what stands now.
    let anew = try await reader.query(
      """
      SELECT c.relname AS name FROM unnest($1::text[]) AS u(name)
        CROSS JOIN LATERAL (SELECT u.name::regclass::oid AS oid
          UNION SELECT p.relid::oid FROM pg_partition_tree(u.name::regclass) p) m JOIN pg_class c ON c.oid = m.oid
      WHERE c.relkind = 'r' AND c.relfilenode <> pg_relation_filenode(c.oid)
      """, [names], timeout: .seconds(60))
    guard let table = try anew.first?.get("name", as: String.self) else { return }
    throw LinkFailure.unreachable("\(table) was written anew at the source while its copy began, which begins again")
  }

  /// A column that came after the look and was filled before the snapshot would be in neither the copy nor the stream;
  /// a table that came after the snapshot would be copied empty.
  private func requireUnaltered(_ tables: [ScopedTable], _ reader: PostgresConnection) async throws {
    let seen = try await TableCatalog.shapes(on: reader, in: settings.searchedSchemas)
    guard let table = tables.first(where: { seen[$0.name]?.hasForm(of: $0.shape) != true }) else { return }
    throw LinkFailure.unreachable("\(table.name) was altered at the source while its copy began, which begins again")
  }
}
