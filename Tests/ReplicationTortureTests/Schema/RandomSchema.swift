import Simulation

/// Tables of every kind, with columns that are left to chance, and some that are there to be sampled.
struct RandomSchema: Sendable {
  var tables: [RandomTable]
  let shufflesTarget: Bool
  private let seed: UInt64

  init(seed: UInt64, keyless: Bool) {
    var chance = SeededGenerator(seed: seed)
    self.seed = seed
    shufflesTarget = Bool.random(using: &chance)
    var kinds: [RandomTable.Kind] = [.plain, .composite, .partitioned, .identity, .uniquePair].shuffled(using: &chance)
    kinds.removeLast(Int.random(in: 0...2, using: &chance))
    if keyless { kinds.append(.keyless) }
    kinds += [.parent, .child]
    tables = []
    for (index, kind) in kinds.enumerated() {
      let parent = kind == .child ? tables.last?.name : nil
      tables.append(.random(kind, name: "t\(index)", parent: parent, &chance))
    }
  }

  /// What a fixed part of the checks looks at: counters, rows that are written in pairs, rows with a value out of line
  /// that is never sent again, and the marks of a seed's end.
  private static let fixed = """
    CREATE TABLE counter (id int PRIMARY KEY, n bigint NOT NULL);
    CREATE TABLE left_half (id int PRIMARY KEY, v bigint NOT NULL);
    CREATE TABLE right_half (id int PRIMARY KEY, v bigint NOT NULL);
    CREATE TABLE heavy (id int PRIMARY KEY, n bigint NOT NULL, body text);
    ALTER TABLE heavy ALTER body SET STORAGE EXTERNAL;
    CREATE TABLE mark (id bigint PRIMARY KEY);
    """

  static let fixedTables: [String: [String]] = [
    "counter": ["id", "n"], "left_half": ["id", "v"], "right_half": ["id", "v"], "heavy": ["id", "n", "body"],
    "mark": ["id"],
  ]

  static let rows = """
    INSERT INTO counter SELECT g, 0 FROM generate_series(0, 4) g;
    INSERT INTO left_half SELECT g, 0 FROM generate_series(0, 9) g;
    INSERT INTO right_half SELECT g, 0 FROM generate_series(0, 9) g;
    INSERT INTO heavy SELECT g, 0, repeat(md5(g::text), 200) FROM generate_series(0, 4) g;
    """

  func definition(isTarget: Bool) -> String {
    var chance = SeededGenerator(seed: seed &+ 1)
    return
      ([ColumnType.definitions, Self.fixed]
      + tables.map { $0.definition(shuffled: isTarget && shufflesTarget, &chance) }).joined(separator: "\n")
  }

  /// Names and compared columns of everything.
  var compared: [String: [String]] {
    var all = Self.fixedTables
    for table in tables { all[table.name] = table.comparedColumns }
    return all
  }
}
