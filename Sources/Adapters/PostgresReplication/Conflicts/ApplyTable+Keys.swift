/// The keys of changes, as rows are known by them.
extension ApplyTable {
  /// The row that a change brings. A value of its key that was not sent is as it was.
  func newValues(_ change: Change, _ batch: ChangeBatch) -> [String?] {
    var new = columns.indices.map { batch.text(Int(change.new) + $0) }
    for column in key where change.old >= 0 && batch.fields[Int(change.new) + column].isUnchanged {
      new[column] = batch.text(Int(change.old) + column)
    }
    return new
  }

  func key(of values: [String?]) -> [String?] { keyTexts(key.map { values[$0] }) }

  func key(of tuple: Int32, _ batch: ChangeBatch) -> [String?] { keyTexts(key.map { batch.text(Int(tuple) + $0) }) }

  /// What a row is known by: a number can be written in several ways, and is one key.
  func keyTexts(_ values: [String?]) -> [String?] {
    zip(key, values).map { column, value in
      guard let value, isNumeric(column), value.contains(".") else { return value }
      var digits = Substring(value)
      while digits.last == "0" { digits.removeLast() }
      if digits.last == "." { digits.removeLast() }
      return String(digits)
    }
  }

  private func isNumeric(_ column: Int) -> Bool {
    types[column].hasPrefix("numeric") && !types[column].hasSuffix("]")
  }

  /// The same in SQL, where a tombstone is written and looked for.
  func keyText(_ value: String, _ column: Int) -> String {
    isNumeric(column) ? "trim_scale(\(value))::text" : "(\(value))::text"
  }
}
