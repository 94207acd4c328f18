/// A part of a table that one worker copies at once.
struct CopyRange: Sendable, Equatable {
  /// The table as a whole, and the relation that holds the rows: itself or one of its partitions.
  var table: String
  var relation: String
  /// Pages of the relation; nil at an end that is open.
  var from: Int?
  var to: Int?
  /// Its share of the table's size.
  var bytes: UInt64

  var isWhole: Bool { from == nil && to == nil }

  /// What the source is asked for.
  func select(_ columns: String, binary: Bool) -> String {
    let format = binary ? " (FORMAT binary)" : ""
    if isWhole { return "COPY \(relation) (\(columns)) TO STDOUT\(format)" }
    var bounds: [String] = []
    if let from { bounds.append("ctid >= '(\(from),0)'::tid") }
    if let to { bounds.append("ctid < '(\(to),0)'::tid") }
    return
      "COPY (SELECT \(columns) FROM ONLY \(relation) WHERE \(bounds.joined(separator: " AND "))) TO STDOUT\(format)"
  }

  /// A relation that holds rows, with what it takes on disk.
  struct Leaf: Sendable, Equatable {
    var relation: String
    var pages: Int
    /// Heap and TOAST.
    var bytes: UInt64
  }

  /// The last range is open, for what was added since the pages were counted.
  ///
  /// - Parameters:
  ///   - pagesPerRange: heap pages.
  ///   - splits: whether the server finds a range of rows without reading the whole table (14 and later do).
  static func plan(_ leaves: [Leaf], of table: String, pagesPerRange: Int, splits: Bool) -> [CopyRange] {
    leaves.flatMap { leaf -> [CopyRange] in
      let count = splits ? max(1, (leaf.pages + pagesPerRange - 1) / pagesPerRange) : 1
      return (0..<count).map { index in
        CopyRange(
          table: table, relation: leaf.relation, from: index == 0 ? nil : index * pagesPerRange,
          to: index == count - 1 ? nil : (index + 1) * pagesPerRange, bytes: leaf.bytes / UInt64(count))
      }
    }
  }
}
