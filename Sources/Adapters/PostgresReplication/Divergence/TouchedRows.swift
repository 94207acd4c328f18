import Operations

/// The rows that a part of an old primary's log changed. Pure: it is fed transactions and asked what they touched.
///
/// What became of each row is read where it stands, in the end; here it is only known which rows to ask for, whether the
/// new primary had them, and when each was last changed.
struct TouchedRows: Sendable {
  /// A row of a table that has a key; of one without a key, all rows with the same values.
  struct Place: Sendable, Hashable {
    var table: String
    /// Of the key's columns; without a key, of all.
    var values: ExactText
  }

  struct Touch: Sendable, Equatable {
    /// Whether it was there before the first change: then the new primary has it, or has deleted it since.
    var existed: Bool
    /// On the old primary's clock; nil where a transaction came without it.
    var committedAt: Timestamp?
    /// Rows put in, less those taken away.
    var net = 0
  }

  /// In the order of their first change.
  private(set) var places: [Place] = []
  private(set) var touches: [Place: Touch] = [:]
  /// Tables that were emptied, and when.
  private(set) var emptied: [String: Timestamp?] = [:]
  /// Tables whose columns or key were others when they were changed than they are now: their rows cannot be told.
  private(set) var unclear: Set<String> = []

  private let columns: [String: [String]]
  private let keyless: Set<String>
  private var known: [UInt32: (relation: SourceRelation, indexes: [Int]?)] = [:]

  /// - Parameter tables: of which changes are followed, as the old primary has them now.
  init(_ tables: [ScopedTable]) {
    var columns: [String: [String]] = [:]
    for table in tables {
      columns[table.name] = table.key.isEmpty ? table.shape.plainColumns.map(\.name) : table.key
    }
    self.columns = columns
    keyless = Set(tables.filter(\.key.isEmpty).map(\.name))
  }

  /// Takes one transaction, or a part of one.
  mutating func take(_ batch: ChangeBatch) {
    for change in batch.changes {
      guard let relation = batch.relations[change.relation], columns[relation.name] != nil else { continue }
      guard change.kind != .truncate else {
        emptied[relation.name] = batch.committedAt
        continue
      }
      guard let indexes = indexes(of: relation) else {
        unclear.insert(relation.name)
        continue
      }
      take(change, of: relation.name, indexes, batch)
    }
  }

  private mutating func take(_ change: Change, of table: String, _ indexes: [Int], _ batch: ChangeBatch) {
    let new = change.new < 0 ? nil : Self.values(change.new, indexes, otherwise: change.old, batch)
    let old = change.old < 0 ? nil : Self.values(change.old, indexes, otherwise: -1, batch)
    guard !keyless.contains(table) else {
      guard old != new else { return }
      if let old { touch(Place(table: table, values: old), existed: true, net: -1, batch) }
      if let new { touch(Place(table: table, values: new), existed: false, net: 1, batch) }
      return
    }
    switch change.kind {
    case .truncate: return
    case .insert: if let new { touch(Place(table: table, values: new), existed: false, net: 1, batch) }
    case .delete: if let old { touch(Place(table: table, values: old), existed: true, net: -1, batch) }
    case .update:
      guard let new else { return }
      guard let old, old != new else { return touch(Place(table: table, values: new), existed: true, net: 0, batch) }
      // A new key is a new row.
      touch(Place(table: table, values: old), existed: true, net: -1, batch)
      touch(Place(table: table, values: new), existed: false, net: 1, batch)
    }
  }

  private mutating func touch(_ place: Place, existed: Bool, net: Int, _ batch: ChangeBatch) {
    guard var touch = touches[place] else {
      places.append(place)
      touches[place] = Touch(existed: existed, committedAt: batch.committedAt, net: net)
      return
    }
    touch.committedAt = batch.committedAt ?? touch.committedAt
    touch.net += net
    touches[place] = touch
  }

  /// A large value of a key that did not change is not sent anew; it is in the old key.
  private static func values(_ tuple: Int32, _ indexes: [Int], otherwise old: Int32, _ batch: ChangeBatch) -> ExactText
  {
    ExactText(
      indexes.map { index in
        let place = Int(tuple) + index
        guard batch.fields[place].isUnchanged, old >= 0 else { return batch.text(place) }
        return batch.text(Int(old) + index)
      })
  }

  /// Where the columns stand that tell the table's rows apart; nil where they do not.
  private mutating func indexes(of relation: SourceRelation) -> [Int]? {
    if let known = known[relation.oid], known.relation == relation { return known.indexes }
    let names = relation.columns.map(\.name)
    let wanted = columns[relation.name] ?? []
    let found = wanted.compactMap { names.firstIndex(of: $0) }
    let isWhole = found.count == wanted.count && (!keyless.contains(relation.name) || names.count == wanted.count)
    let indexes = isWhole ? found : nil
    known[relation.oid] = (relation, indexes)
    return indexes
  }
}
