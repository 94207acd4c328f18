import PostgresAdapter

/// Which columns of a table both sides have.
enum ComparedColumns {
  /// What the target lacks.
  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  /// All of the source's columns, in its order; generated ones that the target does not have are left out.
  ///
  /// - Throws: ``Missing``, naming the table or the columns; ``PostgresError``.
  static func digest(_ table: TableShape, _ sides: VerifySides, timeout: Duration) async throws -> RowDigest {
    let sql = """
      SELECT a.attname AS name, c.relkind = 'p' AS partitioned
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
      """
    let found = try await sides.target[0].query(sql, [PostgresValue(table.quotedName)], timeout: timeout)
    let names = Set(try found.map { try $0.get("name", as: String.self) })
    guard !names.isEmpty || table.columns.isEmpty else { throw Missing(description: "the target has no \(table.name)") }
    let lacking = table.plainColumns.map(\.name).filter { !names.contains($0) }
    guard lacking.isEmpty else {
      let list = lacking.joined(separator: ", ")
      throw Missing(description: "\(table.name) at the target lacks the columns \(list): add them, and compare again")
    }
    return RowDigest(
      table, columns: table.columns.map(\.name).filter(names.contains),
      hash: try await RowHash.common(sides.source[0], sides.target[0], timeout: timeout),
      targetIsPartitioned: try found.first?.get("partitioned"))
  }
}
