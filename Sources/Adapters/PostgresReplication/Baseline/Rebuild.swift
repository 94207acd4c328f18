import Operations
import PostgresAdapter

/// Takes indexes and constraints of the target away before a copy and makes them again after it.
///
/// What is taken away is written down in the transaction that drops it, and struck out in the one that makes it again:
/// whatever happens in between, it comes back.
struct Rebuild: Sendable {
  let settings: LinkSettings

  private var link: PostgresValue { PostgresValue(settings.directionName) }

  /// Takes away what would have to be kept up row by row.
  ///
  /// What cannot be dropped or not be made again as it was is left: an index that a view depends on, one with a comment,
  /// a tablespace or settings of its own, and those of partitioned tables, whose parts would get other names. Foreign
  /// keys cannot be left: a table that others refer to cannot be emptied.
  func takeAway(from table: String, indexesToo: Bool, on target: PostgresConnection) async throws {
    for row in try await target.query(Self.foreignKeys, [PostgresValue(table)], timeout: .seconds(20)) {
      try await drop(row, kind: .foreignKey, on: target)
    }
    guard indexesToo else { return }
    for row in try await target.query(Self.indexes, [PostgresValue(table)], timeout: .seconds(20)) {
      // Both ways, others write the table meanwhile, and changes of it name its rows.
      if settings.mode == .streamBoth, try row.get("is_unique") { continue }
      try await drop(row, kind: .index, on: target)
    }
  }

  private func drop(_ row: PostgresRow, kind: RebuildStep.Kind, on target: PostgresConnection) async throws {
    let first = kind == .foreignKey ? RebuildStep.firstForeignKey : 0
    let last = kind == .foreignKey ? RebuildStep.firstValidation : RebuildStep.firstForeignKey
    try await target.execute("BEGIN", timeout: .seconds(10))
    do {
      // Somebody may have made again what an attempt before had taken away: it is to come back once.
      try await target.query(
        """
        DELETE FROM signalbox.link_rebuild
        WHERE link = $1 AND table_name = $2 AND ordinal >= $3::int AND ordinal < $4::int AND name = $5
        """,
        [
          link, PostgresValue(try row.get("table_name", as: String.self)), PostgresValue(first), PostgresValue(last),
          PostgresValue(try row.get("name", as: String.self)),
        ], timeout: .seconds(20))
      try await target.query(
        """
        INSERT INTO signalbox.link_rebuild (link, table_name, ordinal, name, definition)
        SELECT $1, $2, coalesce(max(ordinal) FILTER (WHERE ordinal >= $3::int AND ordinal < $4::int) + 1, $3::int),
          $5, $6
        FROM signalbox.link_rebuild WHERE link = $1 AND table_name = $2
        """,
        [
          link, PostgresValue(try row.get("table_name", as: String.self)), PostgresValue(first), PostgresValue(last),
          PostgresValue(try row.get("name", as: String.self)),
          PostgresValue(try row.get("definition", as: String.self)),
        ], timeout: .seconds(20))
      try await target.execute(try row.get("removal"), timeout: .seconds(60))
      try await target.execute("COMMIT", timeout: .seconds(20))
    } catch let error as PostgresError where error.kind == .server {
      // Not owned, or something depends on it: the copy is slower with it, and right.
      try await target.execute("ROLLBACK", timeout: .seconds(10))
    }
  }

  /// In the order in which they are to be made again.
  func pending(on target: PostgresConnection) async throws -> [RebuildStep] {
    try await target.query(
      """
      SELECT table_name, ordinal, name, definition FROM signalbox.link_rebuild WHERE link = $1
      ORDER BY ordinal >= \(RebuildStep.firstForeignKey), table_name, ordinal
      """, [link], timeout: .seconds(20)
    ).map { row in
      RebuildStep(
        table: try row.get("table_name"), ordinal: try row.get("ordinal"), name: try row.get("name"),
        definition: try row.get("definition"))
    }
  }

  /// Makes all of them again, one after the other, in a session of its own, and tells of each.
  ///
  /// - Throws: as ``perform(_:on:)``, and where the target lets nobody in.
  func perform(_ steps: [RebuildStep], _ report: @Sendable (LinkReport) async -> Void) async throws {
    guard !steps.isEmpty else { return }
    let writer = try await settings.enterToCopy()
    do {
      for step in steps {
        await report(.rebuilding([step.name]))
        try await perform(step, on: writer)
        await report(.rebuilding([]))
      }
      await writer.close()
    } catch {
      await writer.close()
      throw error
    }
  }

  /// - Throws: ``LinkFailure/blocked(_:)`` naming what cannot be made again, and why.
  func perform(_ step: RebuildStep, on target: PostgresConnection) async throws {
    do {
      try await run(step.definition, then: Self.strikeOut, [], step, on: target)
    } catch let error as PostgresError where error.sqlState == "23503" && step.kind != .index {
      // Tables that were copied at different times agree only once the changes since have been applied.
      guard step.kind == .foreignKey else { return }
      let validation =
        "ALTER TABLE \(step.quotedTable) VALIDATE CONSTRAINT \(SQLText.identifier(step.name))"
      try await run(
        step.unvalidated, then: Self.replace,
        [
          PostgresValue(step.ordinal - RebuildStep.firstForeignKey + RebuildStep.firstValidation),
          PostgresValue(validation),
        ],
        step, on: target)
    } catch let error as PostgresError where error.kind == .server {
      if try await stands(step, on: target) {
        try await target.query(
          Self.strikeOut, [link, PostgresValue(step.table), PostgresValue(step.ordinal)], timeout: .seconds(20))
        return
      }
      let entry = [("link", settings.directionName), ("table_name", step.table), ("name", step.name)].map {
        "\($0) = \(SQLText.literal($1))"
      }
      throw LinkFailure.blocked(
        "\(step.name) of \(step.table) cannot be made again at the target: \(error); mend that, or if it is not wanted "
          + "any more: DELETE FROM signalbox.link_rebuild WHERE \(entry.joined(separator: " AND ")) there")
    }
  }

  /// Whether somebody else has made it again, as it was.
  private func stands(_ step: RebuildStep, on target: PostgresConnection) async throws -> Bool {
    guard step.kind != .validation else { return false }
    let table = try await target.query(
      """
      SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname || '.' || c.relname = $1
      """, [PostgresValue(step.table)], timeout: .seconds(20)
    ).first
    guard let table else { return false }
    let rows = try await target.query(
      step.kind == .index ? Self.indexes : Self.foreignKeys, [PostgresValue(try table.get("name", as: String.self))],
      timeout: .seconds(20))
    return try rows.contains { row in
      let name: String = try row.get("name")
      let definition: String = try row.get("definition")
      return name == step.name && definition == step.definition
    }
  }

  private func run(
    _ definition: String, then note: String, _ parameters: [PostgresValue], _ step: RebuildStep,
    on target: PostgresConnection
  ) async throws {
    try await target.execute("BEGIN", timeout: .seconds(10))
    do {
      // The stored statement names its table itself; an hour is for an index of some hundred gigabytes.
      try await target.execute(definition, timeout: .seconds(6 * 3600))
      try await target.query(
        note, [link, PostgresValue(step.table), PostgresValue(step.ordinal)] + parameters, timeout: .seconds(20))
      try await target.execute("COMMIT", timeout: .seconds(60))
    } catch let error as PostgresError where error.kind == .server {
      try await target.execute("ROLLBACK", timeout: .seconds(10))
      throw error
    }
  }

  private static let strikeOut =
    "DELETE FROM signalbox.link_rebuild WHERE link = $1 AND table_name = $2 AND ordinal = $3::int"

  private static let replace = """
    UPDATE signalbox.link_rebuild SET ordinal = $4::int, definition = $5
    WHERE link = $1 AND table_name = $2 AND ordinal = $3::int
    """

  /// Makes again all that is missing, after the rows are there: indexes first, foreign keys last.
  func finish(on target: PostgresConnection) async throws {
    for step in try await pending(on: target) { try await perform(step, on: target) }
  }
}

extension RebuildStep {
  /// Its comment, if it has one, stands on the lines after the constraint.
  fileprivate var unvalidated: String {
    guard let end = definition.firstRange(of: ";\n") else { return definition + " NOT VALID" }
    return definition[..<end.lowerBound] + " NOT VALID" + definition[end.lowerBound...]
  }

  /// The table as the statement that makes it again names it.
  fileprivate var quotedTable: String {
    let begin = "ALTER TABLE "
    guard definition.hasPrefix(begin), let end = definition.firstRange(of: " ADD CONSTRAINT ") else { return table }
    return String(definition[..<end.lowerBound].dropFirst(begin.count))
  }
}
