/// A version of a row that somebody tried to commit.
struct WrittenVersion: Sendable {
  struct Row: Hashable, Comparable, Sendable, CustomStringConvertible {
    var table: String
    var number: Int64

    var description: String { "\(table) \(number)" }

    static func < (left: Row, right: Row) -> Bool { (left.table, left.number) < (right.table, right.number) }
  }

  var row: Row
  /// Unique in a run; nil for a delete.
  var tag: Int64?
  /// The version that stood there before, as its writer saw it.
  var parent: Int64?
  /// The value that no other row may have, where there is one.
  var unique: Int?
  /// The place among the statements of its transaction.
  var order = 0
  var side: Int
  var transaction: UInt64
  /// A row that the transaction has written: a number of a transaction may be given again after a crash.
  var mark: Int64
}
