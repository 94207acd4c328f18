public import Operations

/// The replication view: what of it is open, and where its cursors are. Links, tables and conflicts are kept by name, so
/// that a cursor stays with what it was put on.
public struct ReplicationView: Sendable, Equatable {
  public enum Page: Sendable, Equatable {
    /// A link and its tables.
    case tables
    /// What the link has logged of changes that did not know of each other.
    case conflicts
    /// Both versions of one row.
    case conflict
    /// The rows that the last comparison found to differ.
    case differences
  }

  public var page = Page.tables
  /// Nil while there is none.
  public var link: LinkID?
  /// Nil while there is none.
  public var table: String?
  public var conflicts: Reading<[ReplicationConflict]>?
  /// How many the link had logged when the list came.
  public var loggedWhenRead = 0
  public var conflict: ReplicationConflict.ID?
  public var differences: Reading<[TableDifference]>?
  public var differenceIndex = 0
  /// First line shown of both versions of a row.
  public var scroll = 0

  /// Most rows that are read at once.
  static let rowLimit = 500
}
