/// How the changes of one of the source's tables are written at the target.
struct ApplyTable: Sendable {
  let relation: SourceRelation
  let quotedName: String
  /// By the relation's columns: quoted, and the target's type without its modifier.
  let columns: [String]
  let types: [String]
  /// Columns that tell a row apart, in the order of their names; empty where only the whole row does.
  let key: [Int]
  /// Columns that an update may set: those of the key only change with the key, and an identity that is always
  /// generated cannot be set.
  let settable: [Int]
  /// Columns of the key that may be set.
  let respellable: [Int]
  /// Columns whose values can be compared.
  let comparable: [Bool]
  let keyForms: [KeyForm]
  let hasAlwaysIdentity: Bool
  let isPartitioned: Bool
  /// Whether the order of changes beyond one row does not matter.
  let canMerge: Bool

  /// - Parameters:
  ///   - actsAsReplica: whether foreign keys and triggers of the target stay silent.
  init(relation: SourceRelation, target: TableShape, actsAsReplica: Bool) throws(TableMismatch) {
    self.relation = relation
    quotedName = target.quotedName
    columns = relation.columns.map { SQLText.identifier($0.name) }
    var types: [String] = []
    var settable: [Int] = []
    var comparable: [Bool] = []
    var respellable: [Int] = []
    var keyForms: [KeyForm] = []
    let key = try Self.key(of: relation, at: target)
    for (index, column) in relation.columns.enumerated() {
      guard let own = target.column(column.name) else {
        throw TableMismatch(
          "\(relation.name): the target has no column \(column.name); add it there, then copy the table anew")
      }
      guard !own.isGenerated else {
        throw TableMismatch("\(relation.name): column \(column.name) is generated at the target and not at the source")
      }
      types.append(own.castType)
      comparable.append(own.isComparable)
      keyForms.append(own.keyForm)
      if own.identity != .always { key.contains(index) ? respellable.append(index) : settable.append(index) }
    }
    self.types = types
    self.settable = settable
    self.respellable = respellable
    self.comparable = comparable
    self.keyForms = keyForms
    self.key = key
    hasAlwaysIdentity = target.columns.contains { $0.identity == .always }
    isPartitioned = target.isPartitioned
    canMerge = !key.isEmpty && (actsAsReplica || (!target.hasForeignKeys && target.triggers.isEmpty))
  }

  /// The columns that the target finds a row by: a unique key of its own, within what the source sends of an old row.
  ///
  /// - Returns: empty where only the whole row will do, or nothing but inserts can come.
  private static func key(of relation: SourceRelation, at target: TableShape) throws(TableMismatch) -> [Int] {
    let names = relation.columns.map(\.name)
    let identity = Set(relation.columns.filter(\.isKey).map(\.name))
    let isWhole = relation.identity == .full
    // A null is equal to none: a key of the target's serves where it has no nulls, or the source's has none.
    let candidates =
      [target.key]
      + target.uniqueKeys.filter { key in
        key.allSatisfy { identity.contains($0) && !isWhole || target.column($0)?.isNotNull == true }
      }
    let known = isWhole ? Set(names) : identity
    if let key = candidates.first(where: { !$0.isEmpty && $0.allSatisfy(known.contains) }) {
      return key.sorted().compactMap { names.firstIndex(of: $0) }
    }
    guard isWhole || identity.isEmpty else {
      let columns = identity.sorted().map(SQLText.identifier).joined(separator: ", ")
      throw TableMismatch(
        "\(relation.name): the source tells its rows apart by \(columns), and the target has no unique key among them: "
          + "CREATE UNIQUE INDEX ON \(target.quotedName) (\(columns)) there, then copy the table anew")
    }
    return []
  }

  var name: String { relation.name }

  /// Where nothing but inserts can come, order does not matter either.
  var isKeyless: Bool { key.isEmpty }
}

/// A table that cannot be applied to; the text says why and what mends it.
struct TableMismatch: Error, Sendable, Equatable {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
