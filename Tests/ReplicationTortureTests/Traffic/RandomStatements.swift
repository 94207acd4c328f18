import Simulation

/// Statements for a random table. Rows have few keys, so that writers meet.
struct RandomStatements {
  let table: RandomTable
  var chance: SeededGenerator

  private static let keys = 24

  /// One step of a transaction: some statements that belong together.
  mutating func step() -> [String] {
    if table.key.isEmpty { return keylessStep() }
    switch Int.random(in: 0..<100, using: &chance) {
    case 0..<30: return [insert(key())]
    case 30..<60: return [update(key())]
    case 60..<68: return [delete(key())]
    case 68..<74:
      let key = key()
      return [delete(key), insert(key), update(key)]
    case 74..<82: return [changeKey(key(), to: key(), alsoSetting: Bool.random(using: &chance))]
    case 82..<87: return swap()
    case 87..<92: return [updateMany()]
    case 92..<96: return table.kind == .uniquePair ? [shiftUnique()] : [update(key()), update(key())]
    case 96..<98: return [bulk()]
    default: return table.kind == .parent ? [delete(key())] : ["TRUNCATE \(table.name)"]
    }
  }

  // MARK: - With a key

  /// A key's literals, from a small set for every type.
  private mutating func key() -> [String] {
    let number = Int.random(in: 0..<Self.keys, using: &chance)
    return table.key.enumerated().map { index, column in
      switch column.type {
      case .text:
        index > 0
          ? ColumnType.pick(["'a'", "''", "'b,\"c'"], &chance)
          : ["'k\(number)'", "E'k\\'\(number)'", "E'\\\\\(number)\\t'", "'ключ \(number)'"][number % 4]
      // Equal, and written differently.
      case .numeric: ColumnType.pick(["\(number)", "\(number).0", "\(number).00"], &chance)
      default: "\(number)"
      }
    }
  }

  private func condition(_ key: [String]) -> String {
    zip(table.key, key).map { "\($0.name) = \($1)" }.joined(separator: " AND ")
  }

  private mutating func insert(_ key: [String]) -> String {
    var names = table.key.map(\.name)
    var values = key
    for column in table.columns where Int.random(in: 0..<5, using: &chance) > 0 {
      names.append(column.name)
      values.append(column.type.literal(&chance))
    }
    switch table.kind {
    case .uniquePair:
      names += ["u", "w"]
      values += ["\(Int.random(in: 0..<40, using: &chance))", "nextval('w_\(table.name)')"]
    case .child:
      names.append("parent")
      values.append("(SELECT min(k1) FROM \(table.parent ?? ""))")
    default: break
    }
    let overriding = table.kind == .identity ? " OVERRIDING SYSTEM VALUE" : ""
    let conflict = table.kind == .uniquePair ? "(\(table.key.map(\.name).joined(separator: ", ")))" : ""
    return "INSERT INTO \(table.name) (\(names.joined(separator: ", ")))\(overriding) "
      + "VALUES (\(values.joined(separator: ", "))) ON CONFLICT \(conflict) DO NOTHING"
  }

  private mutating func assignments() -> String {
    let count = Int.random(in: 1...max(1, table.columns.count / 2), using: &chance)
    return table.columns.shuffled(using: &chance).prefix(count)
      .map { "\($0.name) = " + (Int.random(in: 0..<6, using: &chance) == 0 ? "NULL" : $0.type.literal(&chance)) }
      .joined(separator: ", ")
  }

  private mutating func update(_ key: [String]) -> String {
    "UPDATE \(table.name) SET \(assignments()) WHERE \(condition(key))"
  }

  private mutating func updateMany() -> String {
    "UPDATE \(table.name) SET \(assignments()) WHERE hashtext(note) % 3 = \(Int.random(in: 0...2, using: &chance))"
  }

  private func delete(_ key: [String]) -> String { "DELETE FROM \(table.name) WHERE \(condition(key))" }

  private mutating func changeKey(_ old: [String], to new: [String], alsoSetting: Bool) -> String {
    // `GENERATED ALWAYS` refuses a new value.
    guard table.kind != .identity else { return update(old) }
    let keys = zip(table.key, new).map { "\($0.name) = \($1)" } + (alsoSetting ? [assignments()] : [])
    return "UPDATE \(table.name) SET \(keys.joined(separator: ", ")) WHERE \(condition(old)) "
      + "AND NOT EXISTS (SELECT FROM \(table.name) WHERE \(condition(new)) AND NOT (\(condition(old))))"
  }

  /// Two rows change their keys with each other, by way of a third.
  private mutating func swap() -> [String] {
    guard table.kind != .identity else { return [update(key())] }
    let (one, other) = (key(), key())
    let free = table.key.map { $0.type == .text ? "'free'" : "-7" }
    return [
      changeKey(one, to: free, alsoSetting: false), changeKey(other, to: one, alsoSetting: false),
      changeKey(free, to: other, alsoSetting: false), delete(free),
    ]
  }

  /// Unique values move from row to row within one statement, which only an order, or a later check, makes possible.
  private mutating func shiftUnique() -> String {
    Bool.random(using: &chance)
      ? "UPDATE \(table.name) SET w = (SELECT max(w) + min(w) FROM \(table.name)) - w"
      : "UPDATE \(table.name) SET u = u + 100 * (1 - 2 * (u / 100 % 2))"
  }

  /// More rows than a batch may hold. A child's and an identity's are left out: their keys are few.
  private mutating func bulk() -> String {
    let count = Int.random(in: 500...6000, using: &chance)
    let first = 1000 + Int.random(in: 0..<4, using: &chance) * 10_000
    switch table.kind {
    case .plain, .partitioned:
      let key = table.key[0].type == .text ? "'bulk ' || g" : "g"
      return "INSERT INTO \(table.name) (k1, note) SELECT \(key), 'n' || g FROM "
        + "generate_series(\(first), \(first + count)) g ON CONFLICT DO NOTHING"
    default: return updateMany()
    }
  }

  // MARK: - Without a key

  private mutating func keylessStep() -> [String] {
    switch Int.random(in: 0..<10, using: &chance) {
    case 0..<5:
      let values = table.columns.map { $0.type.literal(&chance) }.joined(separator: ", ")
      let row = "INSERT INTO \(table.name) (\(table.columns.map(\.name).joined(separator: ", "))) VALUES (\(values))"
      // The same row twice is two rows.
      return Bool.random(using: &chance) ? [row] : [row, row]
    case 5..<7: return ["UPDATE \(table.name) SET \(assignments()) WHERE ctid = (SELECT min(ctid) FROM \(table.name))"]
    case 7..<9: return ["DELETE FROM \(table.name) WHERE ctid = (SELECT max(ctid) FROM \(table.name))"]
    case 9 where Bool.random(using: &chance): return ["TRUNCATE \(table.name)"]
    default:
      // Each row is found by comparing all of it with all of the others', so it must not be many.
      let few = "SELECT ctid FROM \(table.name) ORDER BY ctid LIMIT 3"
      return ["UPDATE \(table.name) SET \(assignments()) WHERE ctid IN (\(few))"]
    }
  }
}
