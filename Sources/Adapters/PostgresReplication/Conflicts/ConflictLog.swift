import Operations
import PostgresAdapter

/// The versions that were discarded, as the target keeps them.
struct ConflictLog: Sendable {
  let settings: LinkSettings

  /// At most so many are counted: nobody takes them out of the log but an operator.
  private static let countLimit = 100_000

  /// How many versions of each table were discarded.
  ///
  /// - Throws: ``PostgresError``.
  func counts(on target: PostgresConnection) async throws -> [String: Int] {
    guard try await Bookkeeping.exists("conflict", on: target) else { return [:] }
    let rows = try await target.query(
      """
      SELECT table_name, count(*) AS count
      FROM (SELECT table_name FROM signalbox.conflict WHERE link = $1 LIMIT \(Self.countLimit)) c GROUP BY table_name
      """, [PostgresValue(settings.directionName)], timeout: .seconds(30))
    return try rows.reduce(into: [:]) { $0[try $1.get("table_name", as: String.self)] = try $1.get("count") }
  }

  /// The newest first.
  ///
  /// - Throws: ``PostgresError``.
  func newest(_ limit: Int, on target: PostgresConnection) async throws -> [ReplicationConflict] {
    guard try await Bookkeeping.exists("conflict", on: target) else { return [] }
    let rows = try await target.query(
      """
      SELECT id, table_name, key, kind, detected_at::text AS detected_at, kept_at::text AS kept_at, kept_node,
        discarded_at::text AS discarded_at, discarded_node, reapplied_at::text AS reapplied_at,
        kept_row IS NULL AS kept_deleted, discarded_row IS NULL AS discarded_deleted,
        (SELECT jsonb_agg(jsonb_build_array(name, kept_row ->> name, discarded_row ->> name) ORDER BY place)::text
          FROM (SELECT name, min(place) AS place FROM (
            SELECT * FROM jsonb_object_keys(coalesce(discarded_row, '{}')) WITH ORDINALITY AS d(name, place)
            UNION ALL SELECT * FROM jsonb_object_keys(coalesce(kept_row, '{}')) WITH ORDINALITY AS k(name, place)) n
            GROUP BY name) c) AS columns
      FROM signalbox.conflict WHERE link = $1 ORDER BY id DESC LIMIT $2
      """, [PostgresValue(settings.directionName), PostgresValue(limit)], timeout: .seconds(20))
    return try rows.map(conflict)
  }

  private func conflict(_ row: PostgresRow) throws -> ReplicationConflict {
    let time = { (column: String) throws in
      try row.getIfPresent(column, as: String.self).flatMap { Timestamp(postgresText: $0) }
    }
    let keptAt = try time("kept_at")
    let keptNode = try row.getIfPresent("kept_node", as: String.self)
    return ReplicationConflict(
      id: try row.get("id"), link: settings.id, table: try row.get("table_name"), key: try row.get("key"),
      kind: ReplicationConflict.Kind(rawValue: try row.get("kind")) ?? .updateUpdate,
      detectedAt: try time("detected_at") ?? SystemClock.now,
      kept: keptAt.flatMap { at in keptNode.map { RowVersion(committedAt: at, node: CloudID($0)) } },
      discarded: RowVersion(
        committedAt: try time("discarded_at") ?? Timestamp(microsecondsSinceEpoch: 0),
        node: CloudID(try row.get("discarded_node"))),
      keptIsDeleted: try row.get("kept_deleted"), discardedIsDeleted: try row.get("discarded_deleted"),
      columns: try Self.columns(try row.getIfPresent("columns")), reappliedAt: try time("reapplied_at"))
  }

  private static func columns(_ json: String?) throws -> [ReplicationConflict.Column] {
    guard let json, let parsed = JSONText.arrays(json) else { return [] }
    return parsed.compactMap { parts in
      guard parts.count == 3, let name = parts[0] else { return nil }
      return ReplicationConflict.Column(name: name, kept: parts[1], discarded: parts[2])
    }
  }

  /// Puts the discarded version back, as a change of the target's own: where both sides are written it travels to the
  /// other like any other.
  ///
  /// - Throws: ``LinkFailure/blocked(_:)`` when there is no such conflict, or it was put back before.
  func reapply(_ id: Int64, on target: PostgresConnection) async throws {
    let rows = try await target.query(
      """
      SELECT table_name, kind, discarded_row::text AS row, kept_row::text AS kept, reapplied_at IS NOT NULL AS done
      FROM signalbox.conflict WHERE id = $1 AND link = $2
      """, [PostgresValue(id), PostgresValue(settings.directionName)], timeout: .seconds(20))
    guard let row = rows.first else { throw LinkFailure.blocked("\(settings.id) has no conflict \(id)") }
    // Performing is idempotent: a step that is performed again finds it done.
    guard try !row.get("done", as: Bool.self) else { return }
    let name: String = try row.get("table_name")
    let shapes = try await TableCatalog.tables(on: target, in: settings.schemas)
    guard let shape = shapes.first(where: { $0.name == name }), !shape.key.isEmpty else {
      throw LinkFailure.blocked("\(name) is not there any more, or has no key to find the row by")
    }
    let discarded = try row.getIfPresent("row", as: String.self)
    guard let json = try discarded ?? row.getIfPresent("kept", as: String.self) else {
      throw LinkFailure.blocked("conflict \(id) holds no row")
    }
    let mark = PostgresStatement(
      "UPDATE signalbox.conflict SET reapplied_at = clock_timestamp() WHERE id = $1::bigint", [PostgresValue(id)])
    let change = discarded == nil ? removal(of: json, from: shape) : restoration(of: json, in: shape)
    do {
      try await target.pipeline(
        [PostgresStatement("BEGIN"), change, mark, PostgresStatement("COMMIT")], timeout: .seconds(30))
    } catch let refusal as PostgresPipelineError {
      _ = try? await target.execute("ROLLBACK", timeout: .seconds(10))
      throw LinkFailure.blocked("the discarded version cannot be put back: \(refusal.error)")
    }
  }

  private func removal(of json: String, from shape: TableShape) -> PostgresStatement {
    let same = shape.key.map { "t.\(SQLText.identifier($0)) = r.\(SQLText.identifier($0))" }.joined(separator: " AND ")
    return PostgresStatement(
      "DELETE FROM \(shape.quotedName) t USING jsonb_populate_record(NULL::\(shape.quotedName), $1::jsonb) r WHERE \(same)",
      [PostgresValue(json)])
  }

  /// Columns that the version does not hold keep what they have.
  private func restoration(of json: String, in shape: TableShape) -> PostgresStatement {
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
    return PostgresStatement(
      """
      INSERT INTO \(shape.quotedName) (\(list)) \(override)
      SELECT \(list) FROM jsonb_populate_record(NULL::\(shape.quotedName), $1::jsonb || \(stamped))
      ON CONFLICT (\(key)) \(sets.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(sets)")
      """, [PostgresValue(json)])
  }
}
