/// What the changes of one table come to, key by key: of many changes of a row only their sum is written.
///
/// Pure. It gives up where order matters beyond one key; the changes are then applied one by one.
struct NetChange: Sendable {
  enum State: UInt8, Sendable { case nothing, insert, update, delete, replace }

  struct Row: Sendable {
    var state: State
    /// First field of a tuple that holds the key.
    var key: Int32
    /// First field of the values; negative for a delete.
    var values: Int32
  }

  private(set) var rows: [Row] = []
  private let width: Int
  private let key: [Int]
  private var index: KeyIndex

  init(width: Int, key: [Int], capacity: Int) {
    self.width = width
    self.key = key
    index = KeyIndex(columns: key, capacity: capacity)
    rows.reserveCapacity(capacity)
  }

  /// Adds a change.
  ///
  /// - Parameters:
  ///   - fields: of the batch; values that are put together from two changes are appended.
  ///   - text: of the batch.
  /// - Returns: false when the changes of this table must be applied one by one.
  mutating func add(_ change: Change, _ fields: inout [PgoutputField], _ text: UnsafeRawBufferPointer) -> Bool {
    switch change.kind {
    case .truncate: return false
    case .insert: return insert(change.new, fields, text)
    case .delete: return delete(change.old, fields, text)
    case .update:
      guard change.old >= 0, !isSameKey(change.old, change.new, fields, text) else {
        return update(change.new, &fields, text)
      }
      // A new key is a new row, and all of its values must be known for that.
      for column in 0..<width where fields[Int(change.new) + column].isUnchanged { return false }
      return delete(change.old, fields, text) && insert(change.new, fields, text)
    }
  }

  private mutating func insert(_ new: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer) -> Bool {
    let row = entry(new, fields, text)
    switch rows[row].state {
    case .nothing: rows[row].state = .insert
    case .delete: rows[row].state = .replace
    case .insert, .update, .replace: return false
    }
    rows[row].values = new
    return true
  }

  private mutating func delete(_ old: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer) -> Bool {
    let row = entry(old, fields, text)
    switch rows[row].state {
    case .insert:
      rows[row].state = .nothing
    case .nothing:
      // Nothing may also mean: inserted and deleted in this batch. Then there is nothing to delete, and the source
      // would not have sent this; only a row that was never seen has no values yet.
      guard rows[row].values < 0 else { return false }
      rows[row].state = .delete
    case .update, .replace: rows[row].state = .delete
    case .delete: return false
    }
    return true
  }

  private mutating func update(
    _ new: Int32, _ fields: inout [PgoutputField], _ text: UnsafeRawBufferPointer
  ) -> Bool {
    for column in key where fields[Int(new) + column].length < 0 { return false }
    let row = entry(new, fields, text)
    switch rows[row].state {
    case .nothing:
      guard rows[row].values < 0 else { return false }
      rows[row].state = .update
      rows[row].values = new
    case .insert, .update, .replace:
      rows[row].values = overlay(new, on: rows[row].values, &fields)
    case .delete: return false
    }
    return true
  }

  /// The newer values, and the older ones where the newer were not sent.
  private func overlay(_ new: Int32, on old: Int32, _ fields: inout [PgoutputField]) -> Int32 {
    let isWhole = (0..<width).allSatisfy { !fields[Int(new) + $0].isUnchanged }
    if isWhole { return new }
    let first = fields.count
    for column in 0..<width {
      let field = fields[Int(new) + column]
      fields.append(field.isUnchanged ? fields[Int(old) + column] : field)
    }
    return Int32(first)
  }

  private mutating func entry(
    _ tuple: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer
  ) -> Int {
    let number = index.number(of: tuple, fields, text)
    if number == rows.count { rows.append(Row(state: .nothing, key: tuple, values: -1)) }
    return number
  }

  private func isSameKey(
    _ old: Int32, _ new: Int32, _ fields: [PgoutputField], _ text: UnsafeRawBufferPointer
  ) -> Bool {
    key.allSatisfy { fields[Int(new) + $0].isUnchanged } || index.isEqual(old, new, fields, text)
  }
}
