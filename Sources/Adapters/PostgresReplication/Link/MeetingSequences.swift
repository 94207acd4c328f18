import PostgresAdapter

/// Sequences of tables that are written on both sides, and that hand out the same values on each: of two rows that get
/// one key, only the later would stay.
enum MeetingSequences {
  struct Sequence: Sendable, Equatable {
    /// Quoted.
    var name: String
    var increment: Int64
    /// A value that it hands out.
    var value: Int64
  }

  /// A sequence for each column, named `schema.table.column`, whose values must differ.
  ///
  /// - Parameter tables: by name; others are passed over.
  static func read(of tables: Set<String>, on connection: PostgresConnection) async throws -> [String: Sequence] {
    // Without a right to it, its last value is not told; where it begins has the same remainder unless somebody has set
    // it since.
    let rows = try await connection.query(
      """
      SELECT n.nspname || '.' || c.relname AS table_name, a.attname AS column_name,
        quote_ident(qn.nspname) || '.' || quote_ident(q.relname) AS name, s.seqincrement AS increment,
        coalesce(CASE WHEN has_sequence_privilege(q.oid, 'SELECT,USAGE') THEN pg_sequence_last_value(q.oid) END,
          s.seqstart) AS value
      FROM pg_depend d
      JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S' JOIN pg_namespace qn ON qn.oid = q.relnamespace
      JOIN pg_sequence s ON s.seqrelid = q.oid
      JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
        AND EXISTS (
          SELECT FROM pg_index i
          WHERE i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum)
      """, timeout: .seconds(20))
    var sequences: [String: Sequence] = [:]
    for row in rows {
      let table: String = try row.get("table_name")
      guard tables.contains(table) else { continue }
      sequences["\(table).\(try row.get("column_name", as: String.self))"] = Sequence(
        name: try row.get("name"), increment: try row.get("increment"), value: try row.get("value"))
    }
    return sequences
  }

  /// Values that are passed over: both sides go on to hand some out until a person has read the warning and obeyed it.
  private static let margin: Int64 = 100_000

  /// What to do about those that meet, for a person.
  static func warnings(
    source: [String: Sequence], target: [String: Sequence], _ settings: LinkSettings
  ) -> [String] {
    source.sorted { $0.key < $1.key }.compactMap { column, here in
      guard let there = target[column], meet(here, there) else { return nil }
      let (source, target) = (settings.sourceNode, settings.targetNode)
      let alike =
        "\(column) is numbered alike at \(source) and \(target), and of two rows with one number only the later stays: "
      let greatest = max(here.value, there.value)
      guard here.increment > 0, there.increment > 0, greatest < Int64.max / 4 else {
        return alike
          + "let \(here.name) and \(there.name) step by two (INCREMENT BY), over odd numbers at \(source), even ones at "
          + "\(target)"
      }
      let odd = 1 + 2 * ((greatest + Self.margin) / 2)
      return alike
        + "ALTER SEQUENCE \(here.name) INCREMENT BY 2 START WITH \(odd) RESTART at \(source), and "
        + "ALTER SEQUENCE \(there.name) INCREMENT BY 2 START WITH \(odd + 1) RESTART at \(target)"
    }
  }

  /// Whether two rows of numbers have one in common, sooner or later.
  static func meet(_ one: Sequence, _ other: Sequence) -> Bool {
    var (step, rest) = (one.increment.magnitude, other.increment.magnitude)
    while rest != 0 { (step, rest) = (rest, step % rest) }
    guard step > 0 else { return false }
    return remainder(one.value, step) == remainder(other.value, step)
  }

  private static func remainder(_ value: Int64, _ step: UInt64) -> UInt64 {
    let part = value.magnitude % step
    return value < 0 && part > 0 ? step - part : part
  }
}
