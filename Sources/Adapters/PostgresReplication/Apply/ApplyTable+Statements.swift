import PostgresAdapter

extension ApplyTable {
  private var override: String { hasAlwaysIdentity ? "OVERRIDING SYSTEM VALUE " : "" }
  private var all: [Int] { Array(columns.indices) }

  private func list(_ indexes: [Int]) -> String { indexes.map { columns[$0] }.joined(separator: ", ") }

  // MARK: - Change by change

  func insertStatement(_ new: [String?]) -> PostgresStatement {
    let values = all.map { "$\($0 + 1)::\(types[$0])" }.joined(separator: ", ")
    return PostgresStatement(
      "INSERT INTO \(quotedName) (\(list(all))) \(override)VALUES (\(values))", new.map(PostgresValue.init(optional:)))
  }

  /// As an insert, and where the row is there already it becomes as the source has it.
  func upsertStatement(_ new: [String?]) -> PostgresStatement {
    let insert = insertStatement(new)
    let sets = settable.map { "\(columns[$0]) = excluded.\(columns[$0])" }.joined(separator: ", ")
    let action = settable.isEmpty ? "DO NOTHING" : "DO UPDATE SET \(sets)"
    return PostgresStatement("\(insert.sql) ON CONFLICT (\(list(key))) \(action)", insert.parameters)
  }

  /// - Parameters:
  ///   - sent: columns whose new values were sent.
  ///   - old: the values that the row is found by.
  ///   - link: for the log of rows that are not there.
  func updateStatement(
    _ new: [String?], sent: [Int], old: [String?], changesKey: Bool, log: MissingRowLog
  ) -> PostgresStatement? {
    let set = sent.filter { settable.contains($0) || (changesKey && key.contains($0)) }
    guard !set.isEmpty else { return nil }
    var arguments = ArgumentList()
    let sets = set.map { "\(columns[$0]) = \(arguments.add(new[$0], types[$0]))" }.joined(separator: ", ")
    let row = found(by: old, &arguments)
    let update = "UPDATE \(quotedName) SET \(sets) WHERE \(row) RETURNING 1"
    let values = set.map { (columns[$0], new[$0], types[$0]) }
    return log.statement(
      wrapping: update, table: name, key: keyText(old), row: values, isDeleted: false, &arguments)
  }

  func deleteStatement(_ old: [String?], log: MissingRowLog) -> PostgresStatement {
    var arguments = ArgumentList()
    let row = found(by: old, &arguments)
    return log.statement(
      wrapping: "DELETE FROM \(quotedName) WHERE \(row) RETURNING 1", table: name, key: keyText(old), row: [],
      isDeleted: true, &arguments)
  }

  /// `id=42`.
  func keyText(_ values: [String?]) -> String {
    (key.isEmpty ? all : key).map { "\(relation.columns[$0].name)=\(values[$0] ?? "NULL")" }.joined(separator: ", ")
  }

  private func found(by old: [String?], _ arguments: inout ArgumentList) -> String {
    guard key.isEmpty else {
      return key.map { "\(columns[$0]) = \(arguments.add(old[$0], types[$0]))" }.joined(separator: " AND ")
    }
    // Of several equal rows one is meant, whichever.
    let same = all.map { index in
      let argument = arguments.add(old[index], types[index])
      return comparable[index]
        ? "\(columns[index]) IS NOT DISTINCT FROM \(argument)"
        : "\(columns[index])::text IS NOT DISTINCT FROM (\(argument))::text"
    }.joined(separator: " AND ")
    let place = isPartitioned ? "(tableoid, ctid)" : "ctid"
    let wanted = isPartitioned ? "tableoid, ctid" : "ctid"
    return "\(place) = (SELECT \(wanted) FROM \(quotedName) WHERE \(same) LIMIT 1)"
  }

  // MARK: - Many at once

  /// A table of the session's own that takes what is to be updated and deleted.
  var stagingName: String { "pg_temp.\(SQLText.identifier("signalbox_\(relation.oid)"))" }

  var createStaging: String {
    let list = zip(columns, types).map { "\($0) \($1)" }.joined(separator: ", ")
    return """
      DROP TABLE IF EXISTS \(stagingName);
      CREATE TEMPORARY TABLE \(SQLText.identifier("signalbox_\(relation.oid)")) (signalbox_group int, \(list))
        ON COMMIT DELETE ROWS
      """
  }

  var copyStaging: String { "COPY \(stagingName) (signalbox_group, \(list(all))) FROM STDIN" }
  var copyRows: String { "COPY \(quotedName) (\(list(all))) FROM STDIN" }

  private var sameKey: String {
    key.map { "t.\(columns[$0]) = s.\(columns[$0])" }.joined(separator: " AND ")
  }

  func deleteStaged(group: Int) -> PostgresStatement {
    PostgresStatement(
      "DELETE FROM \(quotedName) t USING \(stagingName) s WHERE s.signalbox_group = \(group) AND \(sameKey)")
  }

  /// - Parameter sent: columns whose new values were sent; nil when there is nothing to set.
  func updateStaged(group: Int, sent: [Int]) -> PostgresStatement? {
    let set = sent.filter(settable.contains)
    guard !set.isEmpty else { return nil }
    let sets = set.map { "\(columns[$0]) = s.\(columns[$0])" }.joined(separator: ", ")
    return PostgresStatement(
      "UPDATE \(quotedName) t SET \(sets) FROM \(stagingName) s WHERE s.signalbox_group = \(group) AND \(sameKey)")
  }
}

extension PostgresValue {
  /// Nil for SQL's null.
  init?(optional text: String?) {
    guard let text else { return nil }
    self.init(text)
  }
}
