import Operations
import PostgresAdapter

extension ConflictLog {
  private static let timeout: Duration = .seconds(30)

  /// Puts the discarded version back, as a change of the target's own: where both sides are written it travels to the
  /// other like any other. What stands there until then is discarded for it, and logged as that.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` when there is no such conflict.
  func reapply(_ id: Int64, on target: PostgresConnection) async throws {
    try await target.execute("BEGIN", timeout: Self.timeout)
    do {
      if let statements = try await putBack(id, on: target) {
        try await target.pipeline(statements, timeout: Self.timeout)
      }
      try await target.execute("COMMIT", timeout: Self.timeout)
    } catch {
      _ = try? await target.execute("ROLLBACK", timeout: .seconds(10))
      guard let refusal = error as? PostgresPipelineError else { throw error }
      throw LinkFailure.blocked("the discarded version cannot be put back: \(refusal.error)")
    }
  }

  /// - Returns: what is to be done; nil where it was done before: a step that is performed again finds it so.
  private func putBack(_ id: Int64, on target: PostgresConnection) async throws -> [PostgresStatement]? {
    let rows = try await target.query(
      """
      SELECT table_name, discarded_row::text AS row, kept_row::text AS kept, reapplied_at IS NOT NULL AS done
      FROM signalbox.conflict WHERE id = $1 AND link = $2 FOR UPDATE
      """, [PostgresValue(id), PostgresValue(settings.directionName)], timeout: Self.timeout)
    guard let row = rows.first else { throw LinkFailure.blocked("\(settings.id) has no conflict \(id)") }
    guard try !row.get("done", as: Bool.self) else { return nil }
    let name: String = try row.get("table_name")
    let shapes = try await TableCatalog.tables(on: target, in: settings.schemas)
    guard let shape = shapes.first(where: { $0.name == name }), !shape.key.isEmpty else {
      throw LinkFailure.blocked("\(name) is not there any more, or has no key to find the row by")
    }
    let discarded = try row.getIfPresent("row", as: String.self)
    guard let json = try discarded ?? row.getIfPresent("kept", as: String.self) else {
      throw LinkFailure.blocked("conflict \(id) holds no row")
    }
    let standing = try await standing(under: json, in: shape, on: target)
    let change =
      discarded == nil ? removal(of: json, from: shape) : restoration(of: json, in: shape, over: standing != nil)
    let mark = PostgresStatement(
      "UPDATE signalbox.conflict SET reapplied_at = clock_timestamp() WHERE id = $1::bigint", [PostgresValue(id)])
    let kind: ReplicationConflict.Kind = discarded == nil ? .deleteUpdate : .updateUpdate
    return [change] + (standing.map { [log($0, kind, for: id, json, in: shape)] } ?? []) + [mark]
  }

  /// What is about to be overwritten, as text.
  private struct Overwritten {
    var row: String
    /// When and where it was written; nil where that is not known any more.
    var at: String?
    var node: String?
  }

  /// The row that stands under the key of another, locked.
  private func standing(
    under json: String, in shape: TableShape, on target: PostgresConnection
  ) async throws -> Overwritten? {
    let rows = try await target.query(
      """
      SELECT o.row::text AS row, a.node, coalesce(a.committed_at,
        CASE WHEN current_setting('track_commit_timestamp')::boolean THEN pg_xact_commit_timestamp(o.writer) END)::text
        AS at
      FROM (SELECT to_jsonb(t.*) AS row, t.xmin AS writer FROM \(shape.quotedName) t
        JOIN jsonb_populate_record(NULL::\(shape.quotedName), $1::jsonb) r ON \(same(shape)) FOR UPDATE OF t) o
        LEFT JOIN signalbox.applied a ON a.transaction = o.writer::text::bigint
      """, [PostgresValue(json)], timeout: Self.timeout)
    return try rows.first.map {
      Overwritten(row: try $0.get("row"), at: try $0.getIfPresent("at"), node: try $0.getIfPresent("node"))
    }
  }

  /// To be sent when the row is written. What is equal was not overwritten.
  private func log(
    _ standing: Overwritten, _ kind: ReplicationConflict.Kind, for id: Int64, _ json: String, in shape: TableShape
  ) -> PostgresStatement {
    var arguments = ArgumentList()
    let here = arguments.add(settings.targetNode.rawValue, "text")
    let kind = arguments.add(kind.rawValue, "text")
    let at = arguments.add(standing.at, "timestamptz")
    let node = arguments.add(standing.node, "text")
    let row = arguments.add(standing.row, "jsonb")
    let json = arguments.add(json, "jsonb")
    let id = arguments.add(String(id), "bigint")
    return PostgresStatement(
      """
      INSERT INTO signalbox.conflict (link, table_name, key, kind, kept_at, kept_node, kept_row, discarded_at,
        discarded_node, discarded_row)
      SELECT c.link, c.table_name, c.key, \(kind), clock_timestamp(), \(here), n.row,
        coalesce(\(at), c.kept_at, c.detected_at), coalesce(\(node), \(here)), \(row)
      FROM signalbox.conflict c LEFT JOIN LATERAL (SELECT to_jsonb(t.*) AS row FROM \(shape.quotedName) t
        JOIN jsonb_populate_record(NULL::\(shape.quotedName), \(json)) r ON \(same(shape))) n ON true
      WHERE c.id = \(id) AND n.row IS DISTINCT FROM \(row)
      """, arguments.values)
  }

  private func same(_ shape: TableShape) -> String {
    shape.key.map { "t.\(SQLText.identifier($0)) = r.\(SQLText.identifier($0))" }.joined(separator: " AND ")
  }

  private func removal(of json: String, from shape: TableShape) -> PostgresStatement {
    PostgresStatement(
      """
      DELETE FROM \(shape.quotedName) t USING jsonb_populate_record(NULL::\(shape.quotedName), $1::jsonb) r
      WHERE \(same(shape))
      """, [PostgresValue(json)])
  }

  /// Columns that the version does not hold keep what they have.
  ///
  /// - Parameter isThere: whether a row stands there. Where none does, one that comes meanwhile is not overwritten.
  private func restoration(of json: String, in shape: TableShape, over isThere: Bool) -> PostgresStatement {
    // Where a column tells which version is the later, what is put back is the latest, or the next snapshot takes it away.
    let stamp = settings.mode == .snapshot ? settings.timestampColumn.flatMap { shape.column($0)?.name } : nil
    let stamped = stamp.map { "jsonb_build_object(\(SQLText.literal($0)), clock_timestamp())" } ?? "'{}'"
    let held = Set(JSONText.keys(json) + [stamp].compactMap(\.self))
    let columns = shape.plainColumns.filter { held.contains($0.name) }
    let list = columns.map { SQLText.identifier($0.name) }.joined(separator: ", ")
    let sets = columns.filter { !shape.key.contains($0.name) && $0.identity != .always }
      .map { "\(SQLText.identifier($0.name)) = excluded.\(SQLText.identifier($0.name))" }.joined(separator: ", ")
    let key = shape.key.map(SQLText.identifier).joined(separator: ", ")
    let override = shape.columns.contains { $0.identity == .always } ? "OVERRIDING SYSTEM VALUE " : ""
    let over = isThere ? "ON CONFLICT (\(key)) \(sets.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(sets)")" : ""
    return PostgresStatement(
      """
      INSERT INTO \(shape.quotedName) (\(list)) \(override)
      SELECT \(list) FROM jsonb_populate_record(NULL::\(shape.quotedName), $1::jsonb || \(stamped)) \(over)
      """, [PostgresValue(json)])
  }
}
