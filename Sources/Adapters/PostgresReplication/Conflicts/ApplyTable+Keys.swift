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

  func key(of values: [String?]) -> [String?] { key.map { values[$0] } }

  func key(of tuple: Int32, _ batch: ChangeBatch) -> [String?] { key.map { batch.text(Int(tuple) + $0) } }

  /// The text that all keys of one row have in common, in SQL: tombstones are found by it.
  ///
  /// - Parameter values: an expression for each column of the key, of its type.
  func commonKey(_ values: [String]) -> String {
    let parts = zip(key, values).map { keyForms[$0].sql($1) }
    return "jsonb_build_array(\(parts.joined(separator: ", ")))::text"
  }
}
