import Operations
import PostgresAdapter

/// Writes down, in the same statement, a change that found no row: the sides had drifted apart, and what could not be
/// applied must not be lost.
struct MissingRowLog: Sendable {
  let link: String
  let node: CloudID
  let committedAt: Timestamp?

  /// The statement changes no rows of the log when the row was there; it then counts as 0.
  func statement(
    wrapping change: String, table: String, key: String, row: [(column: String, value: String?, type: String)],
    isDeleted: Bool, _ arguments: inout ArgumentList
  ) -> PostgresStatement {
    var fixed = arguments
    let link = fixed.add(link, "text")
    let table = fixed.add(table, "text")
    let key = fixed.add(key, "text")
    let at = fixed.add(committedAt?.postgresText, "timestamptz")
    let node = fixed.add(node.rawValue, "text")
    var discarded = "NULL::jsonb"
    if !isDeleted {
      // A function takes a hundred arguments at most, and a table has more columns than that.
      let names = row.map { SQLText.literal(unquoted($0.column)) }.joined(separator: ", ")
      let values = row.map { fixed.add($0.value, "text") }.joined(separator: ", ")
      discarded = "jsonb_object(ARRAY[\(names)]::text[], ARRAY[\(values)]::text[])"
    }
    return PostgresStatement(
      """
      WITH changed AS (\(change))
      INSERT INTO signalbox.conflict (link, table_name, key, kind, discarded_at, discarded_node, discarded_row)
      SELECT \(link), \(table), \(key), 'missing row', coalesce(\(at), clock_timestamp()), \(node), \(discarded)
      WHERE NOT EXISTS (SELECT FROM changed)
      """, fixed.values)
  }

  private func unquoted(_ column: String) -> String {
    String(column.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }
}
