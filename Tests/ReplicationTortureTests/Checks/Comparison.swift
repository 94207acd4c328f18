import PostgresAdapter

/// Whether two sides hold the same rows, text for text.
struct Comparison {
  let source: Side
  let target: Side
  /// Columns by table.
  let tables: [String: [String]]

  /// What differs, a line each; empty when nothing does.
  func differences() async throws -> [String] {
    var found: [String] = []
    for (table, columns) in tables.sorted(by: { $0.key < $1.key }) {
      let rows = "SELECT ROW(\(columns.joined(separator: ", ")))::text AS row FROM \(table)"
      let hash = """
        SELECT count(*) || ' ' || coalesce(md5(string_agg(row, E'\\n' ORDER BY row COLLATE "C")), '') AS value
        FROM (\(rows)) rows
        """
      let (left, right) = (try await source.value(String.self, hash), try await target.value(String.self, hash))
      guard left != right else { continue }
      let (here, there) = (try await lines(rows, of: source), try await lines(rows, of: target))
      found.append("\(table): \(here.count) rows at the source, \(there.count) at the target")
      found += surplus(of: here, over: there).map { "  source only: \($0)" }
      found += surplus(of: there, over: here).map { "  target only: \($0)" }
    }
    return found
  }

  private func lines(_ sql: String, of side: Side) async throws -> [String] {
    let connection = try await side.session()
    let result = try await connection.query(sql, timeout: .seconds(60))
    await connection.close()
    return try result.map { try $0.get("row", as: String.self) }
  }

  /// The first few, abridged. A row that is there twice counts twice.
  private func surplus(of lines: [String], over others: [String]) -> [String] {
    var counts: [String: Int] = [:]
    for line in others { counts[line, default: 0] += 1 }
    let surplus = lines.filter { line in
      counts[line, default: 0] -= 1
      return counts[line, default: 0] < 0
    }
    return surplus.prefix(4).map { $0.count > 300 ? "\($0.prefix(200))…\($0.suffix(80)) (\($0.count))" : $0 }
  }
}
