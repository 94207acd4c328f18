import PostgresAdapter

/// Tells rows apart: two hashes of the key's text, or of the whole row's where there is no key.
struct RowKey: Sendable, Hashable {
  var first: Int64
  var second: Int64
}

/// What one side has under a key. Nothing there is nil.
struct RowState: Sendable, Equatable {
  /// One, where there is a key that is unique.
  var count: Int
  /// Sums of two hashes of the text.
  var first: Int128
  var second: Int128
  /// Made of where the rows are and of the transactions that wrote them: it changes with every write, also with one that
  /// leaves the text as it was.
  var version: Int128 = 0

  func isLike(_ other: RowState?) -> Bool {
    count == other?.count && first == other?.first && second == other?.second
  }

  mutating func add(_ other: RowState) {
    count += other.count
    first &+= other.first
    second &+= other.second
    version &+= other.version
  }
}

extension PostgresRow {
  func rowKey() throws -> RowKey { RowKey(first: try get("k1"), second: try get("k2")) }

  func rowState() throws -> RowState {
    RowState(
      count: try get("n"), first: try get("s1"), second: try get("s2"), version: try get("version"))
  }
}
