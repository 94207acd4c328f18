import PostgresAdapter
import Synchronization

/// Rows of differing buckets, those of the target taken from those of the source. What is left differs.
final class MemberTally: Sendable {
  private struct Entry: Sendable {
    var count = 0
    var first: Int128 = 0
    var second: Int128 = 0
    /// Where the key's columns can be read; libpq keeps them more tightly than strings would.
    var row: PostgresRow?

    var isZero: Bool { count == 0 && first == 0 && second == 0 }
  }

  private let entries = Mutex<[RowKey: Entry]>([:])

  /// - Throws: ``PostgresError``.
  func add(_ result: PostgresResult, from side: Side) throws {
    let parts = try result.map { row in (key: try row.rowKey(), state: try row.rowState(), row: row) }
    let sign = side == .source ? 1 : -1
    entries.withLock { entries in
      for part in parts {
        var entry = entries[part.key] ?? Entry()
        entry.count += sign * part.state.count
        entry.first &+= Int128(sign) * part.state.first
        entry.second &+= Int128(sign) * part.state.second
        entry.row = part.row
        entries[part.key] = entry.isZero ? nil : entry
      }
    }
  }

  /// A key whose rows are not the same on both sides.
  struct Difference: Sendable {
    var key: RowKey
    /// Rows that the source has more of it.
    var surplus: Int
    /// Of the key's columns.
    var values: [String?]
  }

  /// - Throws: ``PostgresError``.
  func differences(columns: Int) throws -> [Difference] {
    try entries.withLock { entries in
      try entries.map { key, entry in
        Difference(
          key: key, surplus: entry.count, values: try (0..<columns).map { try entry.row?.getIfPresent("c\($0)") })
      }
    }
  }

  /// The keys that differ, with the values of the key's columns.
  ///
  /// - Throws: ``PostgresError``.
  func keyValues(columns: Int) throws -> [RowKey: [String?]] {
    try entries.withLock { entries in
      try entries.mapValues { entry in try (0..<columns).map { try entry.row?.getIfPresent("c\($0)") } }
    }
  }
}
