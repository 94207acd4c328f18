/// A table that a link replicates.
struct ScopedTable: Sendable, Equatable {
  /// How a row of the source is found at the target.
  enum Identity: Sendable, Equatable {
    /// By these columns, in the table's order.
    case key([String])
    /// By all that it held.
    case wholeRow
    /// Not at all: updates and deletes are not carried over.
    case insertsOnly
  }

  /// As the source has it.
  var shape: TableShape
  var identity: Identity

  var name: String { shape.name }

  /// Columns that changes are applied by; empty where there is no key.
  var key: [String] {
    guard case .key(let columns) = identity else { return [] }
    return columns
  }
}
