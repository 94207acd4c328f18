import Operations
import PostgresAdapter

/// Writes the exported rows that only an old primary has to the new one, as the application would: its constraints judge
/// them and its triggers fire. Of two versions of a row the new primary's stays, whichever key it is found by.
struct DivergenceMerge: Sendable {
  /// From the old primary to the new one.
  let settings: LinkSettings
  let file: DivergenceFile
  let progress: @Sendable (String) async -> Void

  private static let batch = 500
  private static let timeout: Duration = .seconds(60)

  /// - Throws: ``LinkFailure``; ``PostgresError``; `CancellationError`. What was written stays.
  func run() async throws -> String {
    try await judge()
    var session = settings.session(settings.target, purpose: "merge")
    session.sessionSettings["lock_timeout"] = "10s"
    let connection = try await settings.enter(settings.target, as: session, timeout: .seconds(15))
    do {
      let shapes = try await TableCatalog.tables(on: connection, in: settings.schemas)
      var work = Work(shapes: Dictionary(shapes.map { ($0.name, $0) }) { first, _ in first })
      try await file.read { row, line in
        guard row.kind == .onlyOld else {
          work.left += row.kind == .emptiedOld ? 0 : row.count ?? 1
          return
        }
        work.pending.append(MergedRow(row: row, line: line))
        if work.pending.count >= Self.batch { try await write(&work, connection) }
      }
      try await write(&work, connection)
      try await retry(&work, connection)
      await connection.close()
      return try await conclude(work)
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Rows of which nothing tells whether the new primary deleted them are not put back by a machine.
  private func judge() async throws {
    var uncertain = 0
    try await file.read { row, _ in
      if row.kind == .onlyOld, !row.isCertain { uncertain += 1 }
    }
    guard uncertain == 0 else {
      throw LinkFailure.blocked(
        "\(uncertain) rows of \(file.path) may be such as \(settings.targetNode) deleted, for the log that would tell is "
          + "gone: write there by hand what is missing, then take \(settings.sourceNode) in again with rebuild")
    }
  }

  fileprivate struct Work: Sendable {
    var shapes: [String: TableShape]
    var pending: [MergedRow] = []
    /// Refused for a row that they refer to, which may come later.
    var orphans: [MergedRow] = []
    var written = 0
    var left = 0
    var refusals: [String] = []
  }

  // MARK: - Writing

  private func write(_ work: inout Work, _ connection: PostgresConnection) async throws {
    let rows = work.pending
    work.pending = []
    var statements: [PostgresStatement] = []
    for row in rows {
      switch row.statement(work.shapes[row.row.table]) {
      case .success(let statement): statements.append(statement)
      case .failure: break
      }
    }
    if statements.count == rows.count, !rows.isEmpty {
      do {
        let counts = try await connection.pipeline(
          [PostgresStatement("BEGIN")] + statements + [PostgresStatement("COMMIT")], timeout: Self.timeout)
        for (row, count) in zip(rows, counts.dropFirst()) { work.took(row, count) }
        return await progress("\(work.written) rows written")
      } catch is PostgresPipelineError {
        try await connection.execute("ROLLBACK", timeout: Self.timeout)
      }
    }
    // One of them was refused: each by itself.
    for row in rows { try await write(row, &work, connection) }
    await progress("\(work.written) rows written")
  }

  private func write(_ row: MergedRow, _ work: inout Work, _ connection: PostgresConnection) async throws {
    switch row.statement(work.shapes[row.row.table]) {
    case .failure(let refusal): work.refusals.append("\(row.place): \(refusal.reason)")
    case .success(let statement):
      do {
        let result = try await connection.query(
          statement.sql, statement.parameters, timeout: Self.timeout, preparing: true)
        work.took(row, result.affectedCount)
      } catch let error as PostgresError where error.isUniqueViolation {
        work.left += row.row.count ?? 1
      } catch let error as PostgresError where error.sqlState == "23503" {
        work.orphans.append(row)
      } catch let error as PostgresError where error.isAboutRow {
        work.refusals.append("\(row.place): \(error.withoutValues)")
      }
    }
  }

  /// Rows may refer to such as were made later, when they were changed after they were made.
  private func retry(_ work: inout Work, _ connection: PostgresConnection) async throws {
    while !work.orphans.isEmpty {
      let rows = work.orphans
      work.orphans = []
      for row in rows { try await write(row, &work, connection) }
      guard work.orphans.count < rows.count else { break }
    }
    work.refusals += work.orphans.map { "\($0.place): a row that it refers to is not there" }
  }

  private func conclude(_ work: Work) async throws -> String {
    // The new primary hands out values of its own; those of the rows that came are used now.
    if work.written > 0 { _ = try await Sequences(settings: settings).advanceAlone() }
    let text =
      "\(work.written) \(work.written == 1 ? "row" : "rows") written, \(work.left) left as \(settings.targetNode) has "
      + "\(work.left == 1 ? "it" : "them")"
    guard let first = work.refusals.first else { return text }
    throw LinkFailure.blocked(
      "\(settings.targetNode) refuses \(work.refusals.count) of the rows in \(file.path), the first in \(first); \(text)"
    )
  }
}

extension DivergenceMerge.Work {
  fileprivate mutating func took(_ row: MergedRow, _ count: Int) {
    written += count
    left += max(0, (row.row.count ?? 1) - count)
  }
}
