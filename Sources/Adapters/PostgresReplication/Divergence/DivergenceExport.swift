import Operations
import PostgresAdapter

/// Finds the rows that an old primary and the one in its place do not agree on, and writes them down.
///
/// The log that the link's slot still holds tells which rows to look at: those of transactions that never became durable
/// at the new primary. Each is then read at both sides as it stands. The old primary is fenced, so what is read there
/// stays so; the new one moves on meanwhile.
struct DivergenceExport: Sendable {
  /// From the old primary to the new one.
  let settings: LinkSettings
  let file: DivergenceFile
  var limits = VerifyLimits()
  let progress: @Sendable (String) async -> Void

  /// - Throws: ``LinkFailure``; ``PostgresError``; `CancellationError`. No file is written or changed then.
  func run() async throws -> DivergenceTally {
    try await VerifySides.with(settings, limits, count: 1, purpose: "divergence") { pair in
      let sides = Sides(source: pair.source[0], target: pair.target[0])
      let view = try await LinkTables.read(settings, sides)
      var tally = DivergenceTally(settings: settings)
      let tables = try Self.tables(view, &tally)
      var touched = TouchedRows(tables.map(\.old))
      tally.comparedBecause = try await readLog(sides, view, tables, into: &touched)
      let found = touched
      try await file.write { lines in
        var writer = RowWriter(export: self, sides: sides, tables: tables, lines: lines, tally: tally)
        for table in tables {
          if tally.comparedBecause != nil || found.unclear.contains(table.name) || !table.isFollowed {
            try await writer.compare(table)
          }
        }
        try await writer.write(found)
        lines = writer.lines
        tally = writer.tally
      }
      return tally
    }
  }

  /// A table as both sides have it.
  struct Table: Sendable {
    /// As the old primary has it.
    var old: ScopedTable
    /// As the new one does.
    var new: TableShape
    /// Compared, in the old primary's order: what both have.
    var columns: [String]
    /// Whether the link had brought it over, so that the log tells what is missing.
    var isFollowed: Bool
    /// Changes before it are in the copy.
    var ready: LSN

    var name: String { old.name }
  }

  /// What the link takes in, without its own books.
  private static func tables(_ view: LinkTables, _ tally: inout DivergenceTally) throws -> [Table] {
    var tables: [Table] = []
    for table in view.scope.included where table.shape.schema != "signalbox" {
      guard let new = view.target[table.name] else {
        tally.untold.append("\(table.name) is not at the new primary, and is left as it is")
        continue
      }
      let record = view.records[table.name]
      let columns = table.shape.plainColumns.map(\.name).filter { new.column($0)?.isGenerated == false }
      guard table.key.allSatisfy(columns.contains) else {
        tally.untold.append("\(table.name) has no key \(table.key.joined(separator: ", ")) at the new primary")
        continue
      }
      tables.append(
        Table(
          old: table, new: new, columns: columns, isFollowed: record?.state == .streaming,
          ready: record?.ready ?? .zero))
    }
    return tables
  }

  /// - Returns: why the log cannot tell; nil where it has told.
  private func readLog(
    _ sides: Sides, _ view: LinkTables, _ tables: [Table], into touched: inout TouchedRows
  ) async throws -> String? {
    guard let book = try await LinkBook.read(settings.directionName, on: sides.target) else {
      return "no link has brought changes of \(settings.sourceNode) to \(settings.targetNode)"
    }
    guard let slot = try await SourceSlot.read(book.slot, on: sides.source) else {
      return "the slot \(book.slot) is gone from \(settings.sourceNode)"
    }
    if let claim = slot.foreignClaim { return claim }
    guard !slot.isLost else { return "\(settings.sourceNode) has thrown away log that the slot \(slot.name) stood for" }
    // A subscription keeps its position with the slot alone.
    let position = settings.mode == .native ? slot.confirmed ?? .zero : book.position
    guard position > .zero else { return "the link \(settings.directionName) never began" }
    let goal = try await AppliedWait.position(sides.source, timeout: limits.statementTimeout)
    await progress("reading \(goal.bytes(since: position)) bytes of \(settings.sourceNode)'s log")
    var ready: [String: LSN] = [:]
    for table in tables where table.isFollowed { ready[table.name] = table.ready }
    do {
      try await UnsentLog(settings: settings, slot: slot.name, progress: progress)
        .read(from: position, to: goal, ready: ready, into: &touched)
      return nil
    } catch let error as PostgresError where ["42704", "55000"].contains(error.sqlState) {
      // The publication was dropped, or the slot was lost just now.
      touched = TouchedRows(tables.map(\.old))
      return "\(settings.sourceNode)'s log cannot be read: \(error)"
    }
  }
}
