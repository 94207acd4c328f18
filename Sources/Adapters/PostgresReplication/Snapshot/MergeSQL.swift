import Operations
import PostgresAdapter

/// What brings one table of the target in step with rows of the source that were put beside it. Pure.
///
/// `signalbox_given` has the source's rows that the target lacks or has otherwise, `signalbox_lacking` the keys that the
/// source does not have, and `signalbox_standing` what the target has under either, locked, and what becomes of it.
struct MergeSQL: Sendable {
  let settings: LinkSettings
  let table: ScopedTable
  /// As the target has it.
  let target: TableShape
  /// The source's clock when the snapshot was taken.
  let takenAt: Timestamp

  private static let given = "pg_temp.signalbox_given"
  private static let lacking = "pg_temp.signalbox_lacking"
  static let standing = "pg_temp.signalbox_standing"

  private var columns: [String] { table.shape.plainColumns.map { SQLText.identifier($0.name) } }
  private var key: [String] { table.key.map(SQLText.identifier) }
  private var name: String { target.quotedName }
  private var from: String { (target.isPartitioned ? "" : "ONLY ") + name }

  private func of(_ alias: String, _ names: [String]) -> String {
    names.map { "\(alias).\($0)" }.joined(separator: ", ")
  }

  private func same(_ left: String, _ right: String) -> String {
    key.map { "\(left).\($0) = \(right).\($0)" }.joined(separator: " AND ")
  }

  private var time: String { SQLText.literal(takenAt.postgresText) + "::timestamptz" }
  private var sourceNode: String { SQLText.literal(settings.sourceNode.rawValue) }
  private var targetNode: String { SQLText.literal(settings.targetNode.rawValue) }
  var link: String { SQLText.literal(settings.directionName) }
  var tableName: String { SQLText.literal(table.name) }

  /// The column that tells which of two versions is the later; nil where the table has none, or not at both sides, or
  /// it holds no time. One without a time zone is taken as UTC.
  var timestampColumn: String? { Self.timestampColumn(settings, at: table.shape, target) }

  static func timestampColumn(_ settings: LinkSettings, at source: TableShape, _ target: TableShape) -> String? {
    guard let column = settings.timestampColumn,
      [source.column(column), target.column(column)].allSatisfy({ $0?.type.hasPrefix("timestamp") == true })
    else { return nil }
    return SQLText.identifier(column)
  }

  private func changedAt(_ alias: String) -> String {
    timestampColumn.map { "\(alias).\($0)::timestamptz" } ?? "NULL::timestamptz"
  }

  /// `id=42`, as everywhere in the log.
  var keyText: String {
    let parts = table.key.map { "\(SQLText.literal($0 + "=")) || t.\(SQLText.identifier($0))::text" }
    return parts.isEmpty ? "''" : "concat_ws(', ', \(parts.joined(separator: ", ")))"
  }

  // MARK: - Beside the table

  var makeStaging: String {
    """
    DROP TABLE IF EXISTS \(Self.given), \(Self.lacking), \(Self.standing);
    CREATE TEMPORARY TABLE signalbox_given AS SELECT 0::bigint AS signalbox_copies, \(columns.joined(separator: ", "))
      FROM \(name) WITH NO DATA;
    CREATE TEMPORARY TABLE signalbox_lacking AS SELECT \((table.key.isEmpty ? ["0::bigint AS k1", "0::bigint AS k2", "0::bigint AS copies"] : key).joined(separator: ", "))
      FROM \(name) WITH NO DATA;
    ALTER TABLE \(Self.given) ADD COLUMN signalbox_row bigint GENERATED ALWAYS AS IDENTITY;
    ALTER TABLE \(Self.lacking) ADD COLUMN signalbox_row bigint GENERATED ALWAYS AS IDENTITY;
    CREATE TEMPORARY TABLE signalbox_standing (
      part bigint, relation oid, place tid, row jsonb, given jsonb, key text, own bool, changed_at timestamptz,
      given_at timestamptz, stays bool)
    """
  }

  var analyzeStaging: String { "ANALYZE \(Self.given), \(Self.lacking)" }

  var copyGiven: String { "COPY \(Self.given) (signalbox_copies, \(columns.joined(separator: ", "))) FROM STDIN" }

  var copyLacking: String {
    "COPY \(Self.lacking) (\((table.key.isEmpty ? ["k1", "k2", "copies"] : key).joined(separator: ", "))) FROM STDIN"
  }

  /// The whole table, where the target has nothing yet.
  var copyAll: String { "COPY \(name) (\(columns.joined(separator: ", "))) FROM STDIN" }

  /// At the source: rows with these keys.
  func selectRows(keys: [[String?]]) -> String {
    let lists = table.key.indices.map { part in
      SQLText.literal(TableCatalog.arrayLiteral(optional: keys.map { $0[part] })) + "::text[]"
    }
    let names = table.key.indices.map { "k\($0)" }
    let same = zip(table.key, names).map { column, name in
      "t.\(SQLText.identifier(column)) = u.\(name)::\(table.shape.column(column)?.type ?? "text")"
    }
    return """
      COPY (SELECT 1, \(of("t", columns))
        FROM unnest(\(lists.joined(separator: ", "))) AS u(\(names.joined(separator: ", ")))
        JOIN \(source) AS t ON \(same.joined(separator: " AND "))) TO STDOUT
      """
  }

  /// At the source: one of each of these rows without a key, with how many of it the target lacks.
  func selectRows(_ wanted: [(key: RowKey, copies: Int)], _ digest: RowDigest) -> String {
    let values = wanted.map { "(\($0.key.first)::bigint, \($0.key.second)::bigint, \($0.copies)::bigint)" }
    let hashes = [0, 1].map { digest.hash.sql(digest.rowText, half: $0) }
    return """
      COPY (SELECT DISTINCT ON (x.k1, x.k2) w.copies, \(of("x", columns))
        FROM (SELECT \(hashes[0]) AS k1, \(hashes[1]) AS k2, t.* FROM \(source) AS t OFFSET 0) AS x
        JOIN (VALUES \(values.joined(separator: ", "))) AS w(k1, k2, copies) ON (w.k1, w.k2) = (x.k1, x.k2)
        ORDER BY x.k1, x.k2) TO STDOUT
      """
  }

  var selectAll: String { "COPY (SELECT \(of("t", columns)) FROM \(source) AS t) TO STDOUT" }

  private var source: String { (table.shape.isPartitioned ? "" : "ONLY ") + table.shape.quotedName }

  // MARK: - In the table

  /// Rows that the source has otherwise. A row is the target's own when no transaction of ours wrote it.
  var lockGiven: String {
    let later = timestampColumn.map { "coalesce(t.\($0) > s.\($0), false)" } ?? "false"
    return """
      INSERT INTO \(Self.standing)
      SELECT s.signalbox_row, t.tableoid, t.ctid, to_jsonb(t.*), to_jsonb(s.*) - 'signalbox_row' - 'signalbox_copies',
        \(keyText), a.transaction IS NULL, \(changedAt("t")), \(changedAt("s")), \(later)
      FROM \(Self.given) s JOIN \(from) t ON \(same("t", "s"))
        LEFT JOIN signalbox.applied a ON a.transaction = t.xmin::text::bigint
      WHERE ROW(\(of("t", columns)))::text IS DISTINCT FROM ROW(\(of("s", columns)))::text FOR UPDATE OF t
      """
  }

  /// Rows that the source does not have.
  func lockLacking(_ digest: RowDigest) -> String {
    let row = """
      t.tableoid, t.ctid, to_jsonb(t.*), NULL, \(keyText), a.transaction IS NULL, \(changedAt("t")), NULL, \(stays)
      """
    let marks = "LEFT JOIN signalbox.applied a ON a.transaction = t.xmin::text::bigint"
    guard table.key.isEmpty else {
      return """
        INSERT INTO \(Self.standing) SELECT -u.signalbox_row, \(row)
        FROM \(Self.lacking) u JOIN \(from) t ON \(same("t", "u")) \(marks) FOR UPDATE OF t
        """
    }
    let hashes = [0, 1].map { digest.hash.sql(digest.rowText, half: $0) }
    return """
      INSERT INTO \(Self.standing) SELECT -x.signalbox_row, \(row)
      FROM (SELECT n.relation, n.place, u.signalbox_row FROM \(Self.lacking) u JOIN (
          SELECT y.*, row_number() OVER (PARTITION BY k1, k2) AS number FROM (
            SELECT \(hashes[0]) AS k1, \(hashes[1]) AS k2, t.tableoid AS relation, t.ctid AS place
            FROM \(from) t OFFSET 0) y) n ON (n.k1, n.k2) = (u.k1, u.k2) AND n.number <= u.copies) x
        JOIN \(from) t ON t.tableoid = x.relation AND t.ctid = x.place \(marks) FOR UPDATE OF t
      """
  }

  /// Each version that goes for another and that neither side has seen go before, once; and once that a row stays which
  /// the source does not have, also where that entry was thrown away since.
  var log: String {
    """
    INSERT INTO signalbox.conflict (link, table_name, key, kind, kept_at, kept_node, kept_row, discarded_at,
      discarded_node, discarded_row)
    SELECT \(link), \(tableName), d.key, CASE WHEN d.given IS NULL THEN 'delete/update' ELSE 'update/update' END,
      CASE WHEN d.stays THEN coalesce(d.changed_at, \(time)) ELSE coalesce(d.given_at, \(time)) END,
      CASE WHEN d.stays THEN \(targetNode) ELSE \(sourceNode) END, CASE WHEN d.stays THEN d.row ELSE d.given END,
      CASE WHEN d.stays THEN coalesce(d.given_at, \(time)) ELSE coalesce(d.changed_at, \(time)) END,
      CASE WHEN d.stays THEN \(sourceNode) ELSE \(targetNode) END, CASE WHEN d.stays THEN d.given ELSE d.row END
    FROM \(Self.standing) d
    WHERE (d.stays OR d.own) AND NOT (d.stays AND EXISTS (
      SELECT FROM signalbox.conflict c WHERE c.link = \(link) AND c.table_name = \(tableName) AND c.key = d.key
        AND c.kept_row = d.row AND c.discarded_row IS NOT DISTINCT FROM d.given))
      AND NOT (d.stays AND d.given IS NULL AND \(isKept("d.key")))
    """
  }

  /// Says of this transaction whose rows it writes.
  var mark: String {
    """
    INSERT INTO signalbox.applied (transaction, committed_at, node)
    VALUES (pg_current_xact_id()::xid::text::bigint, \(time), \(sourceNode))
    ON CONFLICT (transaction) DO UPDATE SET committed_at = excluded.committed_at, node = excluded.node
    """
  }

  /// - Parameter replacing: also the rows that come again in the source's version.
  func delete(replacing: Bool) -> String {
    """
    DELETE FROM \(from) t USING \(Self.standing) d
    WHERE t.tableoid = d.relation AND t.ctid = d.place AND NOT d.stays\(replacing ? "" : " AND d.given IS NULL")
    """
  }

  var put: String {
    let isIdentity = target.columns.contains { $0.identity == .always }
    let comes = """
      SELECT \(of("s", columns)) FROM \(Self.given) s\(table.key.isEmpty ? ", generate_series(1, s.signalbox_copies)" : "")
      WHERE NOT EXISTS (SELECT FROM \(Self.standing) d WHERE d.part = s.signalbox_row AND d.stays)
      """
    let insert = """
      INSERT INTO \(name) (\(columns.joined(separator: ", ")))\(isIdentity ? " OVERRIDING SYSTEM VALUE" : "") \(comes)
      """
    guard !table.key.isEmpty else { return insert }
    let sets = table.shape.plainColumns.filter {
      !table.key.contains($0.name) && target.column($0.name)?.identity != .always
    }.map { "\(SQLText.identifier($0.name)) = excluded.\(SQLText.identifier($0.name))" }.joined(separator: ", ")
    return "\(insert) ON CONFLICT (\(key.joined(separator: ", "))) "
      + (sets.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(sets)")
  }

  /// Whether a row cannot be changed into the source's where they differ.
  var mustReplace: Bool {
    target.columns.contains { $0.identity == .always && !table.key.contains($0.name) }
  }
}
