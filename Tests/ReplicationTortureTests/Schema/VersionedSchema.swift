import Simulation

/// Tables that both sides write: what every seed has, and some of random kinds with random columns.
struct VersionedSchema: Sendable {
  let tables: [VersionedTable]
  private let shufflesOther: Bool
  private let seed: UInt64

  init(seed: UInt64) {
    var chance = SeededGenerator(seed: seed ^ 0xB0)
    self.seed = seed
    shufflesOther = Bool.random(using: &chance)
    let doc = RandomTable(
      name: "doc", kind: .plain, key: [.init(name: "k1", type: .integer)],
      columns: [.init(name: "note", type: .varchar), .init(name: "body", type: .toasted)], hasTag: true)
    let kinds: [RandomTable.Kind] = [.plain, .composite, .partitioned, .identity].shuffled(using: &chance)
    var tables = [doc]
    for (index, kind) in kinds.prefix(3).enumerated() {
      var table = RandomTable.random(kind, name: "t\(index)", parent: nil, &chance)
      table.hasTag = true
      tables.append(table)
    }
    self.tables = tables.map(VersionedTable.init)
  }

  /// Rows that two sides give one unique value: each has a key of its own, and a value is taken once and never given
  /// back, for what becomes of rows that change it on both sides at once is left open.
  static let unique = "uniq"

  func definition(isOther: Bool) -> String {
    var chance = SeededGenerator(seed: seed &+ 2)
    return
      ([
        ColumnType.definitions,
        "CREATE TABLE \(Self.unique) (id bigint PRIMARY KEY, tag bigint NOT NULL, u int UNIQUE, note text);",
        "CREATE TABLE mark (id bigint PRIMARY KEY);",
      ] + tables.map { $0.table.definition(shuffled: isOther && shufflesOther, &chance) }).joined(separator: "\n")
  }

  /// Names and compared columns of everything.
  var compared: [String: [String]] {
    tables.reduce(into: [Self.unique: ["id", "tag", "u", "note"]]) { $0[$1.table.name] = $1.table.comparedColumns }
  }
}
