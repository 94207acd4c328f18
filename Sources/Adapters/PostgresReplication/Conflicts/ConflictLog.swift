import Operations
import PostgresAdapter

/// The versions that were discarded, as the target keeps them.
struct ConflictLog: Sendable {
  let settings: LinkSettings

  /// How many versions of each table were discarded, up to ``ReplicationConflict/countLimit``: nobody takes them out of
  /// the log but an operator, or their age.
  ///
  /// - Throws: ``PostgresError``.
  func counts(on target: PostgresConnection) async throws -> [String: Int] {
    guard try await Bookkeeping.exists("conflict", on: target) else { return [:] }
    let isIndexed = try await Bookkeeping.exists(Bookkeeping.conflictIndex, on: target)
    let rows = try await target.query(
      isIndexed ? Self.countsOfEach : Self.countsTogether, [PostgresValue(settings.directionName)],
      timeout: .seconds(30))
    return try rows.reduce(into: [:]) { $0[try $1.get("table_name", as: String.self)] = try $1.get("count") }
  }

  /// From one table's name to the next, along the index.
  private static let countsOfEach = """
    WITH RECURSIVE names AS (
      (SELECT min(table_name) AS name FROM signalbox.conflict WHERE link = $1)
      UNION ALL
      SELECT (SELECT min(c.table_name) FROM signalbox.conflict c WHERE c.link = $1 AND c.table_name > n.name)
      FROM names n WHERE n.name IS NOT NULL)
    SELECT n.name AS table_name, (SELECT count(*) FROM (SELECT FROM signalbox.conflict c
      WHERE c.link = $1 AND c.table_name = n.name LIMIT \(ReplicationConflict.countLimit)) l) AS count
    FROM names n WHERE n.name IS NOT NULL
    """

  /// In the table's own order, where the role could make no index.
  private static let countsTogether = """
    SELECT table_name, count(*) AS count FROM (SELECT table_name FROM signalbox.conflict
      WHERE link = $1 LIMIT \(ReplicationConflict.countLimit)) c GROUP BY table_name
    """

  /// Characters of a value that a list holds.
  private static let valueLimit = 4000
  /// Bytes of a list, about: both the database's answer and the host's are held in memory, and are refused above 16 MiB.
  private static let listLimit = 4 << 20

  /// The newest first; fewer where their rows are large. Of a value that is too long its beginning is given, and what
  /// tells it from another.
  ///
  /// - Throws: ``PostgresError``.
  func newest(_ limit: Int, on target: PostgresConnection) async throws -> [ReplicationConflict] {
    guard try await Bookkeeping.exists("conflict", on: target) else { return [] }
    let rows = try await target.query(
      """
      WITH RECURSIVE taken AS (
        SELECT n.id, \(Self.size) AS size, 1 AS place FROM (SELECT id, kept_row, discarded_row
          FROM signalbox.conflict WHERE link = $1 ORDER BY id DESC LIMIT 1) n
        UNION ALL
        SELECT n.id, t.size + \(Self.size), t.place + 1 FROM taken t CROSS JOIN LATERAL (
          SELECT c.id, c.kept_row, c.discarded_row FROM signalbox.conflict c
          WHERE c.link = $1 AND c.id < t.id ORDER BY c.id DESC LIMIT 1) n
        WHERE t.place < $2::bigint AND t.size < \(Self.listLimit))
      SELECT id, table_name, key, kind, detected_at::text AS detected_at, kept_at::text AS kept_at, kept_node,
        discarded_at::text AS discarded_at, discarded_node, reapplied_at::text AS reapplied_at,
        kept_row IS NULL AS kept_deleted, discarded_row IS NULL AS discarded_deleted,
        (SELECT jsonb_agg(jsonb_build_array(name, \(Self.cut("k.value")), \(Self.cut("d.value")))
            ORDER BY least(d.place, k.place))::text
          FROM jsonb_each_text(coalesce(kept_row, '{}')) WITH ORDINALITY AS k(name, value, place)
            FULL JOIN jsonb_each_text(coalesce(discarded_row, '{}')) WITH ORDINALITY AS d(name, value, place)
            USING (name)) AS columns
      FROM signalbox.conflict WHERE id IN (SELECT id FROM taken) ORDER BY id DESC
      """, [PostgresValue(settings.directionName), PostgresValue(limit)], timeout: .seconds(20))
    return try rows.map(conflict)
  }

  /// Bytes that the conflict `n` takes in a list, at most about.
  private static let size = """
    (300 + (SELECT coalesce(sum(octet_length(v.key) + least(octet_length(v.value), 4 * \(valueLimit))), 0) FROM (
      SELECT * FROM jsonb_each_text(coalesce(n.kept_row, '{}'))
      UNION ALL SELECT * FROM jsonb_each_text(coalesce(n.discarded_row, '{}'))) v))::bigint
    """

  private static func cut(_ value: String) -> String {
    """
    CASE WHEN length(\(value)) > \(valueLimit) THEN left(\(value), \(valueLimit))
      || format('… (%s characters, md5 %s)', length(\(value)), md5(\(value))) ELSE \(value) END
    """
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
