/// A row that an old primary and the one in its place do not agree on: one line of an export.
///
/// Values are text as PostgreSQL writes it in ISO and UTC, so that they can be put back byte by byte; null is SQL's.
struct DivergentRow: Codable, Sendable, Equatable {
  enum Kind: String, Codable, Sendable, CaseIterable {
    /// Made at the old primary; the new one does not have it.
    case onlyOld = "only-at-old-primary"
    /// Changed at the old primary; the new one has another version, or none because it has deleted the row.
    case differs
    /// Deleted at the old primary; the new one has it still.
    case deletedOld = "deleted-at-old-primary"
    /// The table was emptied at the old primary. Rows that the new one has of before are not listed one by one.
    case emptiedOld = "emptied-at-old-primary"
  }

  /// `public.account`.
  var table: String
  var kind: Kind
  /// The key's columns; nil for a table that has no key.
  var key: [String: String?]?
  /// As the old primary has it, and as the new one does; nil where there is no such row.
  var old: [String: String?]?
  var new: [String: String?]?
  /// When the old primary last changed it, by its own clock; nil where the log that would tell is gone.
  var committedAt: String?
  /// Without a key: how many equal rows are meant, and how many the new primary has.
  var count: Int?
  var newCount: Int?
  /// False where rows were merely compared: one that only the old primary has may have been deleted at the new one.
  var isCertain: Bool

  init(table: String, kind: Kind, isCertain: Bool, committedAt: String? = nil) {
    self.table = table
    self.kind = kind
    self.isCertain = isCertain
    self.committedAt = committedAt
  }

  /// What an old primary's row comes to, seen beside the new one's. Pure.
  ///
  /// - Parameters:
  ///   - existed: whether the new primary had the row when it took over; nil where nothing tells.
  /// - Returns: nil where there is nothing to tell of.
  static func kind(old: ExactText?, new: ExactText?, existed: Bool?) -> Kind? {
    switch (old, new) {
    case (nil, nil): nil
    case (nil, _): existed == false ? nil : .deletedOld
    case (_, nil): existed == true ? .differs : .onlyOld
    case (let old, let new): old == new ? nil : .differs
    }
  }
}
