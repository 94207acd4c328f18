import PostgresAdapter

/// One row of an export that is to be written.
struct MergedRow: Sendable {
  var row: DivergentRow
  var line: Int

  struct Refusal: Error, Sendable { var reason: String }

  /// `line 3, public.account`.
  var place: String { "line \(line), \(row.table)" }

  /// Writes the row where it is not there; it changes nothing where it is.
  ///
  /// - Parameter shape: as the new primary has the table; nil where it has none.
  func statement(_ shape: TableShape?) -> Result<PostgresStatement, Refusal> {
    guard let shape else { return .failure(Refusal(reason: "the table is not there")) }
    guard let old = row.old else { return .failure(Refusal(reason: "the line holds no row")) }
    let columns = old.keys.sorted()
    if let unknown = columns.first(where: { shape.column($0)?.isGenerated ?? true }) {
      return .failure(Refusal(reason: "the table has no column \(unknown) that could be written"))
    }
    var arguments = ArgumentList()
    var places: [String: String] = [:]
    for column in columns {
      places[column] = arguments.add(old[column] ?? nil, shape.column(column)?.castType ?? "text")
    }
    let names = columns.map(SQLText.identifier).joined(separator: ", ")
    let values = columns.compactMap { places[$0] }.joined(separator: ", ")
    // An identity that is always generated keeps the value that it had.
    let insert = "INSERT INTO \(shape.quotedName) (\(names)) OVERRIDING SYSTEM VALUE SELECT \(values)"
    guard let key = row.key?.keys.sorted() else {
      let rows = KeyedRows.matching(shape, columns, columns.map { old[$0] ?? nil }, &arguments)
      let wanted = arguments.add("\((row.count ?? 1) + (row.newCount ?? 0))", "int")
      return .success(
        PostgresStatement(
          "\(insert) FROM generate_series(1, \(wanted) - (SELECT count(*)::int FROM \(shape.quotedName) AS t WHERE \(rows)))",
          arguments.values))
    }
    let same = key.map { "t.\(SQLText.identifier($0)) = \(places[$0] ?? "NULL")" }.joined(separator: " AND ")
    return .success(
      PostgresStatement(
        "\(insert) WHERE NOT EXISTS (SELECT FROM \(shape.quotedName) AS t WHERE \(same))", arguments.values))
  }
}

extension PostgresError {
  /// Whether the row itself was refused, for what it holds or where it would stand.
  var isAboutRow: Bool { kind == .server && ["22", "23", "42", "P0"].contains(sqlState?.prefix(2) ?? "") }

  /// The server's words may quote a row's values.
  var withoutValues: String { constraint.map { "it breaks \($0)" } ?? "SQLSTATE \(sqlState ?? "unknown")" }
}
