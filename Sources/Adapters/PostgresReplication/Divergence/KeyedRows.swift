import PostgresAdapter

/// Reads the rows of one table at one side by what tells them apart.
struct KeyedRows: Sendable {
  let connection: PostgresConnection
  /// As that side has it.
  let shape: TableShape
  /// What is read of each row, in this order.
  let columns: [String]
  /// Empty where rows are told apart by `columns`.
  let key: [String]
  let timeout: Duration

  /// Keys in one statement.
  static let limit = 500

  /// Rows by name: partitions with their parent, but no tables that merely inherit.
  var from: String { (shape.isPartitioned ? "" : "ONLY ") + shape.quotedName }

  /// The rows as they stand now, in the order of the keys; nil for one that is not there.
  ///
  /// - Throws: ``PostgresError``.
  func read(_ keys: [ExactText]) async throws -> [ExactText?] {
    guard !keys.isEmpty else { return [] }
    let texts = keys.map(\.texts)
    let lists = key.indices.map { part in
      PostgresValue(TableCatalog.arrayLiteral(optional: texts.map { $0[part] }))
    }
    let places = key.indices.map { "$\($0 + 1)::text[]" }.joined(separator: ", ")
    let names = key.indices.map { "k\($0), " }.joined()
    let same = key.enumerated().map { "t.\(SQLText.identifier($1)) = u.k\($0)::\(type(of: $1))" }
    let sql = """
      SELECT u.place::int AS place\(selected) FROM unnest(\(places)) WITH ORDINALITY AS u(\(names)place)
      JOIN \(from) AS t ON \(same.joined(separator: " AND "))
      """
    var rows = [ExactText?](repeating: nil, count: keys.count)
    for row in try await connection.query(sql, lists, timeout: timeout, preparing: true) {
      rows[try row.get("place", as: Int.self) - 1] = try row.exactText("r", count: columns.count)
    }
    return rows
  }

  /// How many rows have exactly these values.
  ///
  /// - Throws: ``PostgresError``.
  func count(of row: ExactText) async throws -> Int {
    var arguments = ArgumentList()
    let same = Self.matching(shape, columns, row.texts, &arguments)
    let sql = "SELECT count(*)::int AS rows FROM \(from) AS t WHERE \(same)"
    return try await connection.query(sql, arguments.values, timeout: timeout).only().get("rows")
  }

  /// True for rows `t` with exactly these values.
  static func matching(
    _ shape: TableShape, _ columns: [String], _ texts: [String?], _ arguments: inout ArgumentList
  ) -> String {
    zip(columns, texts).map { column, text in
      let name = "t." + SQLText.identifier(column)
      let argument = arguments.add(text, shape.column(column)?.castType ?? "text")
      // `json`, `xml` and `point` know no equality.
      return shape.column(column)?.isComparable == false
        ? "\(name)::text IS NOT DISTINCT FROM (\(argument))::text" : "\(name) IS NOT DISTINCT FROM \(argument)"
    }.joined(separator: " AND ")
  }

  var selected: String {
    columns.enumerated().map { ", t.\(SQLText.identifier($1)) AS r\($0)" }.joined()
  }

  private func type(of column: String) -> String { shape.column(column)?.castType ?? "text" }
}

extension ExactText {
  var texts: [String?] { bytes.map { value in value.map { String(decoding: $0, as: UTF8.self) } } }
}
