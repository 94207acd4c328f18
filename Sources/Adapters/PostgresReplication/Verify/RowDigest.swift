/// The statements that hash a table's rows. A row is known by two numbers of its key's text, `k1` and `k2`, and by two
/// of its whole text, `r1` and `r2`: rows need not travel to be compared, and no order or collation enters anywhere.
///
/// The text is that of `ROW(…)::text`: every column as its type writes it, told apart by quoting, null unlike empty.
struct RowDigest: Sendable {
  /// As the source has it.
  let table: TableShape
  /// Compared, in the source's order.
  let columns: [String]
  let hash: RowHash
  private let targetIsPartitioned: Bool

  /// - Parameter targetIsPartitioned: where it may be otherwise than at the source.
  init(_ table: TableShape, columns: [String], hash: RowHash, targetIsPartitioned: Bool? = nil) {
    self.table = table
    self.columns = columns
    self.hash = hash
    self.targetIsPartitioned = targetIsPartitioned ?? table.isPartitioned
  }

  /// Whether rows are told apart by their whole text, and equal ones counted.
  var isKeyless: Bool { table.key.isEmpty }

  /// Rows of one side by name: partitions with their parent, but no tables that merely inherit.
  func from(_ side: Side) -> String {
    let isPartitioned = side == .source ? table.isPartitioned : targetIsPartitioned
    return (isPartitioned ? "" : "ONLY ") + table.quotedName
  }

  var rowText: String { Self.text(columns) }

  private static func text(_ columns: [String]) -> String {
    "ROW(\(columns.map { "t." + SQLText.identifier($0) }.joined(separator: ", ")))::text COLLATE \"C\""
  }

  /// One row for each row of `relation`: `k1`, `k2`, `r1`, `r2`, its version `v`, its text `r`, and the key's columns as
  /// `c0`, `c1`….
  func rows(of relation: String, where condition: String) -> String {
    let key = table.key.enumerated().map { ", t.\(SQLText.identifier($1)) AS c\($0)" }.joined()
    let number = { (text: String, half: Int) in hash.sql(text, half: half) }
    // OFFSET keeps the planner from writing the texts out once for each use.
    return """
      SELECT \(number("x.k", 0)) AS k1, \(number("x.k", 1)) AS k2, \(number("x.r", 0)) AS r1, \(number("x.r", 1)) AS r2, x.*
      FROM (SELECT \(isKeyless ? rowText : Self.text(table.key)) AS k, \(rowText) AS r,
        hashtextextended(t.xmin::text || t.ctid::text, 0) AS v\(key)
        FROM \(relation) AS t WHERE \(condition) OFFSET 0) AS x
      """
  }

  static func bucket(_ modulus: Int) -> String { "((k1 & 9223372036854775807) % \(modulus))" }

  /// Narrows to buckets: `$1` has a bit for each.
  static func isAmong(_ modulus: Int) -> String { "get_bit($1::bytea, \(bucket(modulus))::int) = 1" }

  /// Counts and sums of each bucket. Sums may be added up over parts of the table.
  func buckets(_ modulus: Int, within parent: Int?) -> SideScan.Statement {
    { relation, range in
      """
      SELECT \(Self.bucket(modulus)) AS bucket, count(*) AS n, sum(r1) AS s1, sum(r2) AS s2
      FROM (\(rows(of: relation, where: range))) AS y \(parent.map { "WHERE " + Self.isAmong($0) } ?? "") GROUP BY 1
      """
    }
  }

  /// The rows of some buckets: their numbers and, with a key, the key's columns; equal rows without a key counted.
  func members(of modulus: Int) -> SideScan.Statement {
    let key = table.key.indices.map { ", c\($0)" }.joined()
    let (columns, grouping) =
      isKeyless
      ? ("count(*) AS n, sum(r1) AS s1, sum(r2) AS s2, 0 AS version", "GROUP BY k1, k2")
      : ("1 AS n, r1 AS s1, r2 AS s2, 0 AS version\(key)", "")
    return { relation, range in
      """
      SELECT k1, k2, \(columns) FROM (\(rows(of: relation, where: range))) AS y WHERE \(Self.isAmong(modulus)) \(grouping)
      """
    }
  }

  private static let states = "SELECT k1, k2, count(*) AS n, sum(r1) AS s1, sum(r2) AS s2, sum(v) AS version"

  /// What is there of rows with certain texts, `$1` being their `k1`. For tables without a key.
  func states() -> SideScan.Statement {
    { relation, range in
      "\(Self.states) FROM (\(rows(of: relation, where: range))) AS y WHERE k1 = ANY ($1::bigint[]) GROUP BY k1, k2"
    }
  }

  /// The texts of such rows.
  func texts() -> SideScan.Statement {
    { relation, range in
      """
      SELECT k1, k2, min(r) AS text FROM (\(rows(of: relation, where: range))) AS y WHERE k1 = ANY ($1::bigint[])
      GROUP BY k1, k2
      """
    }
  }

  /// What one side has of rows with certain keys.
  func states(keys count: Int, at side: Side) -> String {
    "\(Self.states) FROM (\(rows(of: from(side), where: isOneOf(count)))) AS y GROUP BY k1, k2"
  }

  /// True for rows whose key is one of `count`, given as parameters from `$1`. Parameters take their types from the
  /// columns, so that no type has to be named.
  func isOneOf(_ count: Int) -> String {
    let width = table.key.count
    let keys = table.key.map { "t." + SQLText.identifier($0) }.joined(separator: ", ")
    let values = (0..<count).map { row in
      "(" + (0..<width).map { "$\(row * width + $0 + 1)" }.joined(separator: ", ") + ")"
    }
    return "(\(keys)) IN (\(values.joined(separator: ", ")))"
  }
}
