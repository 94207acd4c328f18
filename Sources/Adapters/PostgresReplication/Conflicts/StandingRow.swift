import Operations
import PostgresAdapter

/// What the target has under a key, locked until the transaction ends if it is a row.
struct StandingRow: Sendable, Equatable {
  /// A key without a row. Nothing can be locked there, so a row may come and go before the transaction writes: then the
  /// tombstone is another.
  struct Absence: Sendable, Equatable {
    /// What all keys of the row have in common.
    var key: String
    /// The transaction that wrote the tombstone; empty where there is none.
    var writer: String
  }

  var standing: ConflictRule.Standing
  /// The whole row as JSON; nil unless there is one.
  var json: String?
  /// The row's key as it is written there; nil unless there is one.
  var key: ExactText?
  /// As it was found; nil where there was a row.
  var absence: Absence?

  static let nothing = StandingRow(standing: .nothing, json: nil)

  var exists: Bool {
    if case .row = standing { return true }
    return false
  }

  var version: RowVersion? {
    switch standing {
    case .row(let version), .tombstone(let version): version
    case .nothing: nil
    }
  }
}

extension StandingRow {
  /// - Parameter row: of ``ApplyTable/look(at:node:)`` or ``ApplyTable/lookForHolders(of:_:key:node:)``.
  init(_ row: PostgresRow, of table: ApplyTable) throws {
    let version = { (time: String, node: String) throws -> RowVersion in
      let text: String = try row.get(time)
      // A time that has been forgotten is older than every other.
      let committedAt = Timestamp(postgresText: text) ?? Timestamp(microsecondsSinceEpoch: .min / 2)
      return RowVersion(committedAt: committedAt, node: CloudID(try row.get(node)))
    }
    if let json = try row.getIfPresent("row", as: String.self) {
      self.init(
        standing: .row(try version("changed_at", "changed_by")), json: json,
        key: try row.exactText("key", count: table.key.count))
      return
    }
    let isBuried = try row.getIfPresent("deleted_at", as: String.self) != nil
    self.init(standing: isBuried ? .tombstone(try version("deleted_at", "deleted_by")) : .nothing, json: nil)
    absence = Absence(key: try row.get("common"), writer: try row.get("bury_writer"))
  }
}

extension ApplyTable {
  /// When and where the row `t` was last changed: where another side's transaction wrote it, that one's commit.
  private static let rowVersion = """
    coalesce(a.committed_at, pg_xact_commit_timestamp(r.writer), '-infinity') AS changed_at,
      coalesce(a.node, $1::text) AS changed_by
    """

  /// Locks the rows of many keys and tells what stands there, in the order of the keys.
  ///
  /// A row that somebody deletes while its lock is waited for is gone then, but its tombstone cannot be seen yet: it
  /// comes with `vanished`, and has to be looked for again.
  ///
  /// - Parameter node: the target's.
  func look(at keys: [[String?]], node: CloudID) -> PostgresStatement {
    var arguments = ArgumentList()
    _ = arguments.add(node.rawValue, "text")
    let table = arguments.add(name, "text")
    let lists = key.indices.map { part in
      arguments.add(TableCatalog.arrayLiteral(optional: keys.map { $0[part] }), "text[]")
    }
    let names = key.indices.map { "k\($0)" }
    let same = zip(key, names).map { "t.\(columns[$0]) = u.\($1)::\(types[$0])" }.joined(separator: " AND ")
    let own = key.indices.map { "t.\(columns[key[$0]])::text AS key\($0)" }.joined(separator: ", ")
    let ownKeys = key.indices.map { "r.key\($0)" }.joined(separator: ", ")
    let common = commonKey(zip(key, names).map { "u.\($1)::\(types[$0])" })
    return PostgresStatement(
      """
      SELECT u.place::int AS place, c.key AS common, r.row::text AS row, \(ownKeys), \(Self.rowVersion),
        CASE WHEN d.key IS NOT NULL THEN coalesce(d.deleted_at, pg_xact_commit_timestamp(d.xmin), '-infinity') END
          AS deleted_at, coalesce(d.node, $1::text) AS deleted_by, coalesce(d.xmin::text, '') AS bury_writer,
        r.row IS NULL AND coalesce((SELECT true FROM \(quotedName) t WHERE \(same) LIMIT 1), false) AS vanished
      FROM unnest(\(lists.joined(separator: ", "))) WITH ORDINALITY AS u(\(names.joined(separator: ", ")), place)
        CROSS JOIN LATERAL (SELECT \(common) AS key OFFSET 0) c
        LEFT JOIN LATERAL (
          SELECT to_jsonb(t.*) AS row, t.xmin AS writer, \(own) FROM \(quotedName) t WHERE \(same) FOR UPDATE) r ON true
        LEFT JOIN signalbox.applied a ON a.transaction = r.writer::text::bigint
        LEFT JOIN signalbox.tombstone d ON d.table_name = \(table) AND d.key = c.key
      ORDER BY place
      """, arguments.values)
  }

  /// Locks the rows with other keys that hold the values of a unique index.
  func lookForHolders(of unique: [Int], _ values: [String?], key own: [String?], node: CloudID) -> PostgresStatement {
    var arguments = ArgumentList()
    _ = arguments.add(node.rawValue, "text")
    let same = unique.map { "t.\(columns[$0]) = \(arguments.add(values[$0], types[$0]))" }.joined(separator: " AND ")
    let other = zip(key, own).map { "t.\(columns[$0]) = \(arguments.add($1, types[$0]))" }.joined(separator: " AND ")
    let keys = key.indices.map { "t.\(columns[key[$0]])::text AS key\($0)" }.joined(separator: ", ")
    let keyNames = key.indices.map { "r.key\($0)" }.joined(separator: ", ")
    let common = commonKey(key.map { "t.\(columns[$0])" })
    return PostgresStatement(
      """
      SELECT r.row::text AS row, r.common, \(keyNames), \(Self.rowVersion)
      FROM (SELECT to_jsonb(t.*) AS row, t.xmin AS writer, \(common) AS common, \(keys) FROM \(quotedName) t
        WHERE \(same) AND NOT (\(other)) FOR UPDATE) r
        LEFT JOIN signalbox.applied a ON a.transaction = r.writer::text::bigint
      """, arguments.values)
  }

  /// Remembers a delete with the version of the transaction that made it.
  ///
  /// - Parameter absence: what was found under the key; a tombstone that has come since stays, and is found by
  ///   ``check(_:)``.
  func bury(_ key: [String?], _ version: RowVersion, over absence: StandingRow.Absence? = nil) -> PostgresStatement {
    var arguments = ArgumentList()
    let table = arguments.add(name, "text")
    let common = commonKey(zip(self.key, key).map { arguments.add($1, types[$0]) })
    let at = arguments.add(version.committedAt.postgresText, "timestamptz")
    let node = arguments.add(version.node.rawValue, "text")
    let writer = arguments.add(absence?.writer, "text")
    return PostgresStatement(
      """
      INSERT INTO signalbox.tombstone AS d (table_name, key, deleted_at, node)
      VALUES (\(table), \(common), \(at), \(node))
      ON CONFLICT (table_name, key) DO UPDATE SET deleted_at = excluded.deleted_at, node = excluded.node
        WHERE \(writer) IS NULL OR \(Self.isNoOther(than: writer))
      """, arguments.values)
  }

  /// Fails where a row has come and gone under one of the keys since they were looked for. To be sent when the
  /// transaction has written there: from then on nobody else can.
  func check(_ absences: [StandingRow.Absence]) -> PostgresStatement {
    var arguments = ArgumentList()
    let table = arguments.add(name, "text")
    let keys = arguments.add(TableCatalog.arrayLiteral(absences.map(\.key)), "text[]")
    let writers = arguments.add(TableCatalog.arrayLiteral(absences.map(\.writer)), "text[]")
    return PostgresStatement(
      """
      SELECT min('signalbox: a row came and went in ' || d.table_name)::int
      FROM unnest(\(keys), \(writers)) AS u(key, writer)
        JOIN signalbox.tombstone d ON d.table_name = \(table) AND d.key = u.key
      WHERE NOT (\(Self.isNoOther(than: "u.writer")))
      """, arguments.values)
  }

  /// Whether the tombstone `d` is the one that was found, or this transaction's.
  private static func isNoOther(than writer: String) -> String {
    "d.xmin::text = \(writer) OR d.xmin = pg_current_xact_id()::xid"
  }

  /// - Parameter key: of the row's key columns.
  func delete(_ key: [String?]) -> PostgresStatement {
    var arguments = ArgumentList()
    let same = zip(self.key, key).map { "\(columns[$0]) = \(arguments.add($1, types[$0]))" }.joined(separator: " AND ")
    return PostgresStatement("DELETE FROM \(quotedName) WHERE \(same)", arguments.values)
  }

  func update(_ new: [String?], sent: [Int], key: [String?]) -> PostgresStatement? {
    let set = sent.filter { settable.contains($0) || respellable.contains($0) }
    guard !set.isEmpty else { return nil }
    var arguments = ArgumentList()
    let sets = set.map { "\(columns[$0]) = \(arguments.add(new[$0], types[$0]))" }.joined(separator: ", ")
    let same = zip(self.key, key).map { "\(columns[$0]) = \(arguments.add($1, types[$0]))" }.joined(separator: " AND ")
    return PostgresStatement("UPDATE \(quotedName) SET \(sets) WHERE \(same)", arguments.values)
  }

  /// Logs a version that was overwritten, beside what stands there now.
  func log(
    _ kind: ReplicationConflict.Kind, link: String, key: [String?], kept: RowVersion, discarded: RowVersion,
    discardedRow: String?
  ) -> PostgresStatement {
    var arguments = ArgumentList()
    let same = zip(self.key, key).map { "t.\(columns[$0]) = \(arguments.add($1, types[$0]))" }.joined(
      separator: " AND ")
    let texts = zip(self.key, key).map { "\(relation.columns[$0].name)=\($1 ?? "NULL")" }.joined(separator: ", ")
    let values = [
      arguments.add(link, "text"), arguments.add(name, "text"), arguments.add(texts, "text"),
      arguments.add(kind.rawValue, "text"), arguments.add(kept.committedAt.postgresText, "timestamptz"),
      arguments.add(kept.node.rawValue, "text"), "(SELECT to_jsonb(t.*) FROM \(quotedName) t WHERE \(same))",
      arguments.add(discarded.committedAt.postgresText, "timestamptz"), arguments.add(discarded.node.rawValue, "text"),
      arguments.add(discardedRow, "jsonb"),
    ]
    return PostgresStatement(
      """
      INSERT INTO signalbox.conflict (link, table_name, key, kind, kept_at, kept_node, kept_row, discarded_at,
        discarded_node, discarded_row) VALUES (\(values.joined(separator: ", ")))
      """, arguments.values)
  }

  /// The source's row as it is now, to fill in what was not sent.
  func fetch(_ key: [String?]) -> PostgresStatement {
    var arguments = ArgumentList()
    let same = zip(self.key, key).map { "\(columns[$0]) = \(arguments.add($1, types[$0]))" }.joined(separator: " AND ")
    let texts = columns.enumerated().map { "\($1)::text AS c\($0)" }.joined(separator: ", ")
    return PostgresStatement("SELECT \(texts) FROM \(quotedName) WHERE \(same)", arguments.values)
  }
}
