import PostgresAdapter

/// Reads from a side's catalog what tables it has.
enum TableCatalog {
  /// The tables of the schemas, partitions left out: they are replicated as the table they are part of.
  ///
  /// - Throws: ``PostgresError``.
  static func tables(on connection: PostgresConnection, in schemas: [String]) async throws -> [TableShape] {
    let list = PostgresValue(arrayLiteral(schemas))
    return try await withPlainSearchPath(connection) {
      var columnsByTable: [Int64: [TableShape.Column]] = [:]
      for row in try await connection.query(TableCatalogSQL.columns, [list], timeout: .seconds(30)) {
        columnsByTable[try row.get("table_oid"), default: []].append(try column(row))
      }
      return try await connection.query(TableCatalogSQL.tables, [list], timeout: .seconds(30)).map { row in
        try shape(row, columns: columnsByTable[try row.get("oid"), default: []])
      }
    }
  }

  /// As ``tables(on:in:)``, by name.
  ///
  /// - Throws: ``PostgresError``.
  static func shapes(on connection: PostgresConnection, in schemas: [String]) async throws -> [String: TableShape] {
    Dictionary(try await tables(on: connection, in: schemas).map { ($0.name, $0) }) { first, _ in first }
  }

  /// The types that were defined by users, as ``TableShape/Column/type`` writes them.
  ///
  /// - Throws: ``PostgresError``.
  static func userTypes(on connection: PostgresConnection) async throws -> Set<String> {
    try await withPlainSearchPath(connection) {
      Set(
        try await connection.query(
          "SELECT format_type(oid, NULL) AS name FROM pg_type WHERE oid >= 16384 AND typisdefined",
          timeout: .seconds(30)
        ).map { try $0.get("name", as: String.self) })
    }
  }

  /// `{"a","b"}`, to be given as a `text[]`.
  static func arrayLiteral(_ texts: [String]) -> String {
    arrayLiteral(optional: texts)
  }

  /// A type's name is written with its schema unless the schema is searched; both sides must write it alike.
  private static func withPlainSearchPath<Value: Sendable>(
    _ connection: PostgresConnection, _ body: () async throws -> Value
  ) async throws -> Value {
    let set = "SELECT set_config('search_path', $1, false) AS path"
    let before: String = try await connection.query(
      "SELECT current_setting('search_path') AS path", timeout: .seconds(20)
    ).only().get("path")
    try await connection.query(set, ["pg_catalog"], timeout: .seconds(20))
    do {
      let value = try await body()
      try await connection.query(set, [PostgresValue(before)], timeout: .seconds(20))
      return value
    } catch {
      _ = try? await connection.query(set, [PostgresValue(before)], timeout: .seconds(20))
      throw error
    }
  }

  private static func column(_ row: PostgresRow) throws -> TableShape.Column {
    let identity = TableShape.Column.Identity(rawValue: try row.get("identity")) ?? .none
    let isGenerated: Bool = try row.get("generated")
    let enumeration = try row.getIfPresent("enum_type", as: String.self).map { type in
      TableShape.Enumeration(type: type, labels: try texts(row, "enum_labels"))
    }
    return TableShape.Column(
      name: try row.get("name"), type: try row.get("type"), isNotNull: try row.get("not_null"),
      isGenerated: isGenerated, identity: identity, isComparable: try row.get("comparable"),
      hasDefault: try row.get("has_default", as: Bool.self) || isGenerated || identity != .none,
      isBuiltIn: try row.get("built_in"), enumeration: enumeration,
      keyForm: KeyForm(rawValue: try row.get("key_form")) ?? .unknown,
      looseCollation: try row.getIfPresent("loose_collation"), looseRule: try row.getIfPresent("loose_rule"),
      bareType: try row.get("bare_type"))
  }

  private static func shape(_ row: PostgresRow, columns: [TableShape.Column]) throws -> TableShape {
    TableShape(
      schema: try row.get("schema"), table: try row.get("name"), columns: columns, key: try texts(row, "key"),
      replicaIdentity: try row.get("identity"), hasOtherUniqueIndexes: try row.get("other_unique"),
      hasForeignKeys: try row.get("foreign_keys"), triggers: try texts(row, "triggers"),
      isPartitioned: try row.get("partitioned"), isOwned: try row.get("owned"), bytes: try row.get("bytes"),
      rows: try row.get("rows"),
      uniqueIndexes: try texts(row, "unique_keys", separator: "\u{1E}").map { text in
        let parts = split(text, at: "\u{1F}")
        return TableShape.UniqueIndex(name: parts[0], columns: Array(parts.dropFirst()))
      },
      alwaysTriggers: try texts(row, "always_triggers"), isLogged: try row.get("logged"),
      isInherited: try row.get("inherited"), oid: try row.get("oid"),
      partitions: try texts(row, "partitions"), hasForeignPartitions: try row.get("foreign_partitions"))
  }

  /// Names may hold anything that one types; control characters separate them.
  private static func texts(
    _ row: PostgresRow, _ column: String, separator: Character = "\u{1F}"
  ) throws -> [String] {
    try row.getIfPresent(column, as: String.self).map { split($0, at: separator) } ?? []
  }

  private static func split(_ text: String, at separator: Character) -> [String] {
    text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
