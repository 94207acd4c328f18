import Simulation

/// A table with few keys, which both sides write, and in which each version of a row has a tag.
struct VersionedTable: Sendable {
  let table: RandomTable

  static let keys = 10

  /// Whether rows may get other keys: `GENERATED ALWAYS` refuses a new value.
  var keysChange: Bool { table.kind != .identity }

  /// The row of a number, in one of the ways to write its key.
  func condition(_ number: Int, _ chance: inout SeededGenerator) -> String {
    zip(table.key, key(number, &chance)).map { "\($0.name) = \($1)" }.joined(separator: " AND ")
  }

  func insert(_ number: Int, tag: Int64, _ chance: inout SeededGenerator) -> String {
    var names = table.key.map(\.name) + ["tag"]
    var values = key(number, &chance) + ["\(tag)"]
    for column in table.columns where Int.random(in: 0..<5, using: &chance) > 0 {
      names.append(column.name)
      values.append(column.type.literal(&chance))
    }
    let overriding = table.kind == .identity ? " OVERRIDING SYSTEM VALUE" : ""
    return "INSERT INTO \(table.name) (\(names.joined(separator: ", ")))\(overriding) "
      + "VALUES (\(values.joined(separator: ", "))) ON CONFLICT DO NOTHING"
  }

  func update(_ number: Int, tag: Int64, _ chance: inout SeededGenerator) -> String {
    "UPDATE \(table.name) SET tag = \(tag)\(assignments(&chance)) WHERE \(condition(number, &chance))"
  }

  func move(_ number: Int, to other: Int, tag: Int64, _ chance: inout SeededGenerator) -> String {
    let keys = zip(table.key, key(other, &chance)).map { "\($0.name) = \($1)" }.joined(separator: ", ")
    let more = Bool.random(using: &chance) ? assignments(&chance) : ""
    return "UPDATE \(table.name) SET \(keys), tag = \(tag)\(more) WHERE \(condition(number, &chance)) "
      + "AND NOT EXISTS (SELECT FROM \(table.name) WHERE \(condition(other, &chance)))"
  }

  func delete(_ number: Int, _ chance: inout SeededGenerator) -> String {
    "DELETE FROM \(table.name) WHERE \(condition(number, &chance))"
  }

  /// Number and tag of every row.
  func tags() -> String {
    var chance = SeededGenerator(seed: 1)
    return (0..<Self.keys).map { "SELECT \($0) AS number, tag FROM \(table.name) WHERE \(condition($0, &chance))" }
      .joined(separator: " UNION ALL ")
  }

  private func key(_ number: Int, _ chance: inout SeededGenerator) -> [String] {
    table.key.enumerated().map { index, column in
      switch column.type {
      case .text:
        index > 0
          ? ["'a'", "''", "'b,\"c'"][number % 3]
          : number < 8
            ? ["'k\(number)'", "E'k\\'\(number)'", "E'\\\\\(number)\\t'", "'ключ \(number)'"][number % 4]
            // The same to a reader, and not to a server.
            : number == 8 ? "E'\\u00e9'" : "E'e\\u0301'"
      // Equal, and written differently.
      case .numeric: ColumnType.pick(["\(number)", "\(number).0", "\(number).00"], &chance)
      default: "\(number)"
      }
    }
  }

  private func assignments(_ chance: inout SeededGenerator) -> String {
    let count = Int.random(in: 0...max(1, table.columns.count / 2), using: &chance)
    return table.columns.shuffled(using: &chance).prefix(count)
      .map { ", \($0.name) = " + (Int.random(in: 0..<6, using: &chance) == 0 ? "NULL" : $0.type.literal(&chance)) }
      .joined()
  }
}
