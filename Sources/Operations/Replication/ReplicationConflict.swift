/// Two changes of one row that did not know of each other, and what became of them. Nothing is lost: the version that
/// was discarded is kept here, whole.
public struct ReplicationConflict: Sendable, Equatable, Codable, Identifiable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case insertInsert = "insert/insert"
    case updateUpdate = "update/update"
    /// An update arrived for a row that had been deleted.
    case updateDelete = "update/delete"
    /// A delete arrived for a row that had been updated.
    case deleteUpdate = "delete/update"
    /// The row's key is free, and another unique key of it is not.
    case uniqueKey = "unique key"
    /// An update or delete arrived for a row that never was there: the sides had drifted apart.
    case missingRow = "missing row"
  }

  /// One column of the row in both versions; nil is SQL's null, and also stands for all columns of a deleted row.
  public struct Column: Sendable, Equatable, Codable {
    public var name: String
    public var kept: String?
    public var discarded: String?

    public init(name: String, kept: String?, discarded: String?) {
      self.name = name
      self.kept = kept
      self.discarded = discarded
    }
  }

  /// Grows with each conflict of a link.
  public var id: Int64
  public var link: LinkID
  /// `public.account`.
  public var table: String
  /// `id=42`.
  public var key: String
  public var kind: Kind
  public var detectedAt: Timestamp
  public var kept: RowVersion?
  public var discarded: RowVersion
  public var keptIsDeleted: Bool
  public var discardedIsDeleted: Bool
  public var columns: [Column]
  /// When an operator put the discarded version back.
  public var reappliedAt: Timestamp?

  public init(
    id: Int64, link: LinkID, table: String, key: String, kind: Kind, detectedAt: Timestamp, kept: RowVersion?,
    discarded: RowVersion, keptIsDeleted: Bool, discardedIsDeleted: Bool, columns: [Column],
    reappliedAt: Timestamp? = nil
  ) {
    self.id = id
    self.link = link
    self.table = table
    self.key = key
    self.kind = kind
    self.detectedAt = detectedAt
    self.kept = kept
    self.discarded = discarded
    self.keptIsDeleted = keptIsDeleted
    self.discardedIsDeleted = discardedIsDeleted
    self.columns = columns
    self.reappliedAt = reappliedAt
  }
}
