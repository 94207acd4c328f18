public import Operations

/// One message of pgoutput, protocol version 1. Tuples are not copied: their fields say where the text stands.
///
/// Source: PostgreSQL 15 documentation, 55.9 "Logical Replication Message Formats".
public enum PgoutputMessage: Sendable, Equatable {
  /// - `commit`: where the transaction's commit stands in the log.
  case begin(commit: LSN, committedAt: Timestamp, transaction: UInt32)
  /// - `end`: where the log goes on after the transaction: what is acknowledged once it is durable.
  case commit(commit: LSN, end: LSN, committedAt: Timestamp)
  /// The transaction was applied by a replication origin at the source.
  case origin(name: String)
  case relation(SourceRelation)
  case type(oid: UInt32, name: String)
  case insert(relation: UInt32, new: PgoutputTuple)
  /// - `old`: the old key, or with a full replica identity the old row; nil when the key did not change.
  case update(relation: UInt32, old: PgoutputTuple?, new: PgoutputTuple)
  case delete(relation: UInt32, old: PgoutputTuple)
  case truncate(relations: [UInt32], cascades: Bool, restartsIdentity: Bool)
  /// A message that an application put into the log.
  case logical(prefix: String)
}

/// The fields of one tuple, as a range of the reader's field list.
public struct PgoutputTuple: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case new
    /// Only the key's columns hold values; the others read as null and mean "not sent".
    case key
    /// The whole old row.
    case old
  }

  public var kind: Kind
  public var fields: Range<Int>

  public init(kind: Kind, fields: Range<Int>) {
    self.kind = kind
    self.fields = fields
  }
}

/// Where a value's text stands in a block of memory.
public struct PgoutputField: Sendable, Equatable {
  /// In bytes.
  public var offset: Int
  /// In bytes; negative when there is no text.
  public var length: Int

  public init(offset: Int, length: Int) {
    self.offset = offset
    self.length = length
  }

  public static let null = PgoutputField(offset: 0, length: -1)
  /// A large value that the change did not touch and that was not sent. Never null.
  public static let unchanged = PgoutputField(offset: 0, length: -2)

  public var isNull: Bool { length == -1 }
  public var isUnchanged: Bool { length == -2 }
}
