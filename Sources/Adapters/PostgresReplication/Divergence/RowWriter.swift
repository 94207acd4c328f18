import Operations
import PostgresAdapter

/// Reads rows at both sides and writes down those that are not the same.
struct RowWriter: Sendable {
  let export: DivergenceExport
  let sides: Sides
  let tables: [DivergenceExport.Table]
  var lines: DivergenceFile.Lines
  var tally: DivergenceTally

  private var timeout: Duration { export.limits.statementTimeout }

  // MARK: - Told by the log

  /// In the order of their first change, so that a row comes after those that it refers to.
  mutating func write(_ touched: TouchedRows) async throws {
    for (table, at) in touched.emptied.sorted(by: { $0.key < $1.key }) {
      try append(DivergentRow(table: table, kind: .emptiedOld, isCertain: true, committedAt: at?.postgresText))
    }
    let known = Dictionary(tables.map { ($0.name, $0) }) { first, _ in first }
    var start = 0
    while start < touched.places.count {
      let batch = touched.places[start..<min(start + KeyedRows.limit, touched.places.count)]
      start = batch.endIndex
      var rows: [(place: Int, row: DivergentRow)] = []
      for (name, places) in Dictionary(grouping: batch.indices, by: { touched.places[$0].table }) {
        guard let table = known[name], !touched.unclear.contains(name) else { continue }
        if table.old.key.isEmpty {
          for place in places {
            if let row = try await equals(touched, place, table) { rows.append((place, row)) }
          }
        } else {
          rows += try await keyed(touched, places, table)
        }
      }
      for (_, row) in rows.sorted(by: { $0.place < $1.place }) { try append(row) }
      await export.progress("\(start) of \(touched.places.count) changed rows looked at, \(tally.rows) differ")
    }
  }

  private func keyed(
    _ touched: TouchedRows, _ places: [Int], _ table: DivergenceExport.Table
  ) async throws -> [(Int, DivergentRow)] {
    let keys = places.map { touched.places[$0].values }
    let old = try await rows(of: table, .source).read(keys)
    let new = try await rows(of: table, .target).read(keys)
    var found: [(Int, DivergentRow)] = []
    for (index, place) in places.enumerated() {
      guard let touch = touched.touches[touched.places[place]],
        let kind = DivergentRow.kind(old: old[index], new: new[index], existed: touch.existed)
      else { continue }
      var row = DivergentRow(
        table: table.name, kind: kind, isCertain: true, committedAt: touch.committedAt?.postgresText)
      row.key = Self.named(table.old.key, keys[index])
      row.old = old[index].map { Self.named(table.columns, $0) }
      row.new = new[index].map { Self.named(table.columns, $0) }
      found.append((place, row))
    }
    return found
  }

  /// Rows without a key: as many as the old primary has more than the new one, and at most as many as the log put in.
  private func equals(
    _ touched: TouchedRows, _ place: Int, _ table: DivergenceExport.Table
  ) async throws -> DivergentRow? {
    let values = touched.places[place].values
    guard let touch = touched.touches[touched.places[place]], touch.net != 0,
      table.columns.count == values.bytes.count
    else { return nil }
    let old = try await rows(of: table, .source).count(of: values)
    let new = try await rows(of: table, .target).count(of: values)
    let count = touch.net > 0 ? min(touch.net, old - new) : min(-touch.net, new - old)
    guard count > 0 else { return nil }
    var row = DivergentRow(
      table: table.name, kind: touch.net > 0 ? .onlyOld : .deletedOld, isCertain: true,
      committedAt: touch.committedAt?.postgresText)
    let named = Self.named(table.columns, values)
    if touch.net > 0 { row.old = named } else { row.new = named }
    row.count = count
    row.newCount = new
    return row
  }

  // MARK: - Compared

  /// Reads the old primary's whole table, a piece at a time.
  mutating func compare(_ table: DivergenceExport.Table) async throws {
    guard !table.old.key.isEmpty else {
      tally.untold.append("\(table.name) has no key to compare its rows by")
      return
    }
    let old = rows(of: table, .source)
    let key = table.old.key.enumerated().map { "t.\(SQLText.identifier($1)) AS k\($0)" }.joined(separator: ", ")
    let session = sides.source
    try await session.execute(
      """
      BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY;
      DECLARE old_rows NO SCROLL CURSOR FOR SELECT \(key)\(old.selected) FROM \(old.from) AS t
      """, timeout: timeout)
    do {
      var seen = 0
      while true {
        let rows = try await session.query("FETCH \(KeyedRows.limit) FROM old_rows", timeout: timeout)
        guard !rows.isEmpty else { break }
        try await compare(rows, table)
        seen += rows.count
        await export.progress("\(table.name): \(seen) rows compared, \(tally.rows) differ in all")
      }
      try await session.execute("COMMIT", timeout: timeout)
    } catch {
      _ = try? await session.execute("ROLLBACK", timeout: timeout)
      throw error
    }
  }

  private mutating func compare(_ rows: PostgresResult, _ table: DivergenceExport.Table) async throws {
    let keys = try rows.map { try $0.exactText("k", count: table.old.key.count) }
    let new = try await self.rows(of: table, .target).read(keys)
    for (index, key) in keys.enumerated() {
      let old = try rows[index].exactText("r", count: table.columns.count)
      guard let kind = DivergentRow.kind(old: old, new: new[index], existed: nil) else { continue }
      var row = DivergentRow(table: table.name, kind: kind, isCertain: false)
      row.key = Self.named(table.old.key, key)
      row.old = Self.named(table.columns, old)
      row.new = new[index].map { Self.named(table.columns, $0) }
      try append(row)
    }
  }

  // MARK: - Parts

  private mutating func append(_ row: DivergentRow) throws {
    try lines.append(row)
    tally.add(row)
  }

  private func rows(of table: DivergenceExport.Table, _ side: Side) -> KeyedRows {
    KeyedRows(
      connection: side == .source ? sides.source : sides.target, shape: side == .source ? table.old.shape : table.new,
      columns: table.columns, key: table.old.key, timeout: timeout)
  }

  private static func named(_ columns: [String], _ values: ExactText) -> [String: String?] {
    var named: [String: String?] = [:]
    for (column, text) in zip(columns, values.texts) { named.updateValue(text, forKey: column) }
    return named
  }
}
