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
}
