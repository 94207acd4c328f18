import Operations
import PostgresAdapter

/// What the source publishes for a link, kept in step with the tables in scope.
///
/// Two publications: the second one's tables have no identity, so only what needs none is published of them. The source
/// goes on to allow updates and deletes of them.
enum Publication {
  /// What has to be run at the source. Pure.
  ///
  /// - Parameter published: quoted names of the tables of each publication there is.
  static func statements(
    _ settings: LinkSettings, for tables: [ScopedTable], published: [String: Set<String>]
  ) -> [String] {
    let names = settings.publications
    var wanted = [
      tables.filter { $0.identity != .insertsOnly }, tables.filter { $0.identity == .insertsOnly },
    ].map { $0.map(\.shape.quotedName) }
    let isBothWays = settings.mode == .streamBoth
    let operations = operations(settings)
    // What marks the transactions that were applied here travels along, so that they are not sent back.
    if isBothWays { wanted[0].append(VersionedApplier.quotedMarker) }
    var statements: [String] = []
    for (index, name) in names.enumerated() {
      let quoted = SQLText.identifier(name)
      guard let current = published[name] else {
        let tables =
          wanted[index].isEmpty ? "" : " FOR TABLE " + wanted[index].map { "ONLY \($0)" }.joined(separator: ", ")
        statements.append(
          "CREATE PUBLICATION \(quoted)\(tables) "
            + "WITH (publish = '\(operations[index])', publish_via_partition_root = true)")
        continue
      }
      let surplus = current.subtracting(wanted[index]).sorted()
      let missing = wanted[index].filter { !current.contains($0) }
      if !surplus.isEmpty {
        statements.append(
          "ALTER PUBLICATION \(quoted) DROP TABLE " + surplus.map { "ONLY \($0)" }.joined(separator: ", "))
      }
      if !missing.isEmpty {
        statements.append(
          "ALTER PUBLICATION \(quoted) ADD TABLE " + missing.map { "ONLY \($0)" }.joined(separator: ", "))
      }
    }
    return statements
  }

  /// By publication; those that do not exist are not in it.
  static func published(_ settings: LinkSettings, on source: PostgresConnection) async throws -> [String: Set<String>] {
    let rows = try await source.query(
      """
      SELECT p.pubname AS publication, n.nspname AS schema, c.relname AS name
      FROM pg_publication p LEFT JOIN pg_publication_rel r ON r.prpubid = p.oid
        LEFT JOIN pg_class c ON c.oid = r.prrelid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE p.pubname = ANY ($1::text[])
      """, [PostgresValue(TableCatalog.arrayLiteral(settings.publications))], timeout: .seconds(20))
    var published: [String: Set<String>] = [:]
    for row in rows {
      let publication: String = try row.get("publication")
      published[publication, default: []].formUnion(
        try row.getIfPresent("name", as: String.self).map { name in
          [SQLText.table(schema: try row.get("schema"), name: name)]
        } ?? [])
    }
    return published
  }

  /// What each publication publishes. Emptying a table has no version that others could be compared with.
  private static func operations(_ settings: LinkSettings) -> [String] {
    settings.mode == .streamBoth
      ? ["insert, update, delete", "insert"] : ["insert, update, delete, truncate", "insert, truncate"]
  }

  /// Sets publications of a link that had another mode to what this one publishes. One that somebody else has made is
  /// left as it is.
  ///
  /// - Returns: whether any was not.
  private static func setOperations(_ settings: LinkSettings, on source: PostgresConnection) async throws -> Bool {
    let rows = try await source.query(
      """
      SELECT pubname AS name FROM pg_publication
      WHERE pubname = ANY ($1::text[]) AND pubtruncate = $2::bool AND pg_has_role(pubowner, 'USAGE')
      """,
      [
        PostgresValue(TableCatalog.arrayLiteral(settings.publications)),
        PostgresValue("\(settings.mode == .streamBoth)"),
      ], timeout: .seconds(20))
    let unlike = Set(try rows.map { try $0.get("name", as: String.self) })
    for (name, operations) in zip(settings.publications, operations(settings)) where unlike.contains(name) {
      try await source.execute(
        "ALTER PUBLICATION \(SQLText.identifier(name)) SET (publish = '\(operations)')", timeout: .seconds(60))
    }
    return !unlike.isEmpty
  }

  /// - Returns: whether it was not.
  /// - Throws: ``PostgresError``.
  static func bringInStep(
    _ settings: LinkSettings, for tables: [ScopedTable], on source: PostgresConnection
  ) async throws -> Bool {
    let wasUnlike = try await setOperations(settings, on: source)
    let statements = statements(settings, for: tables, published: try await published(settings, on: source))
    guard !statements.isEmpty else { return wasUnlike }
    try await source.execute(statements.joined(separator: "; "), timeout: .seconds(60))
    return true
  }
}
