import Simulation

/// A table of a random schema.
struct RandomTable: Sendable {
  enum Kind: CaseIterable, Sendable {
    case plain, composite, partitioned, identity, uniquePair, keyless, parent, child
  }

  struct Column: Sendable {
    var name: String
    var type: ColumnType
  }

  var name: String
  var kind: Kind
  /// Empty for a table without a key.
  var key: [Column]
  var columns: [Column]
  /// What a child's key refers to.
  var parent: String?
  /// Whether each version of a row has a tag of its own.
  var hasTag = false

  /// - Parameter shuffles: whether the columns stand in another order than where the rows come from.
  func definition(shuffled shuffles: Bool, _ chance: inout SeededGenerator) -> String {
    var lines = key.map { "\($0.name) \($0.type.rawValue) NOT NULL" } + columns.map { "\($0.name) \($0.type.rawValue)" }
    switch kind {
    case .uniquePair:
      // One that is checked at once and one that is checked at the end of a transaction.
      lines += ["u int UNIQUE", "w int UNIQUE DEFERRABLE INITIALLY DEFERRED"]
    case .identity: lines[0] = "k1 bigint GENERATED ALWAYS AS IDENTITY"
    case .child: lines.append("parent int REFERENCES \(parent ?? "") ON DELETE CASCADE")
    default: break
    }
    if hasTag { lines.append("tag bigint NOT NULL") }
    lines.append("generated text GENERATED ALWAYS AS (coalesce(note, '') || '!') STORED")
    if shuffles { lines.shuffle(using: &chance) }
    if !key.isEmpty { lines.append("PRIMARY KEY (\(key.map(\.name).joined(separator: ", ")))") }
    let body = "CREATE TABLE \(name) (\(lines.joined(separator: ", ")))"
    guard kind == .partitioned else { return "CREATE SEQUENCE w_\(name);\n\(body);" }
    return """
      \(body) PARTITION BY HASH (k1);
      CREATE TABLE \(name)_0 PARTITION OF \(name) FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE \(name)_1 PARTITION OF \(name) FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      """
  }

  /// Every column that is compared, by name: the two sides may have them in different orders.
  var comparedColumns: [String] {
    let extra: [String] =
      switch kind {
      case .uniquePair: ["u", "w"]
      case .child: ["parent"]
      default: []
      }
    return (key + columns).map(\.name) + extra + (hasTag ? ["tag"] : []) + ["generated"]
  }

  static func random(_ kind: Kind, name: String, parent: String?, _ chance: inout SeededGenerator) -> RandomTable {
    // Numeric keys are equal at different scales, and texts need escaping on every way.
    let keyTypes: [ColumnType] = [.bigint, .integer, .text, .numeric]
    let key: [Column] =
      switch kind {
      case .keyless: []
      case .composite:
        [
          Column(name: "k1", type: keyTypes.randomElement(using: &chance) ?? .bigint), Column(name: "k2", type: .text),
        ]
      case .identity: [Column(name: "k1", type: .bigint)]
      case .parent, .child: [Column(name: "k1", type: .integer)]
      default: [Column(name: "k1", type: keyTypes.randomElement(using: &chance) ?? .bigint)]
      }
    let types = ColumnType.allCases.shuffled(using: &chance).prefix(Int.random(in: 2...7, using: &chance))
    let columns =
      [Column(name: "note", type: .varchar), Column(name: "big", type: .toasted)]
      + types.enumerated().map { Column(name: "c\($0.offset)", type: $0.element) }
    return RandomTable(name: name, kind: kind, key: key, columns: columns, parent: parent)
  }
}
