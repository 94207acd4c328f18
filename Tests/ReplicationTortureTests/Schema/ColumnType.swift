import Simulation

/// A type that a random column may have, with values that have bitten somebody.
enum ColumnType: String, CaseIterable {
  case integer = "int"
  case bigint
  case numeric
  case scaled = "numeric(12,3)"
  case text
  case varchar = "varchar(40)"
  case bytea
  case bool
  case timestamptz
  case date
  case float8
  case uuid
  case json
  case jsonb
  case integers = "int[]"
  case texts = "text[]"
  case mood
  case code
  case range = "int4range"
  case interval
  /// Large and hard to compress, so that it is stored out of line.
  case toasted = "text COLLATE \"C\""

  /// What the types above need.
  static let definitions = """
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy', 'o''dd "{}" \\ value');
    CREATE DOMAIN code AS text CHECK (length(value) < 60);
    """

  func literal(_ chance: inout SeededGenerator) -> String {
    switch self {
    case .integer:
      Self.pick(["0", "-1", "2147483647", "-2147483648", "\(Int.random(in: 0...99, using: &chance))"], &chance)
    case .bigint: Self.pick(["0", "-9223372036854775808", "9223372036854775807", "42"], &chance)
    case .numeric:
      Self.pick(["0", "'NaN'", "1.0", "1.00", "-0.000001", "'Infinity'", "12345678901234567890.5"], &chance)
    case .scaled: "\(Int.random(in: -99_999...99_999, using: &chance)).\(Int.random(in: 0...999, using: &chance))"
    case .text: Self.text(&chance)
    case .varchar: "left(\(Self.text(&chance)), 40)"
    case .bytea: Self.pick([#"'\x'"#, #"'\x00ff5c27'"#, "decode('5c6e', 'hex')", "''"], &chance)
    case .bool: Self.pick(["true", "false"], &chance)
    case .timestamptz:
      Self.pick(
        ["'infinity'", "'-infinity'", "'2026-03-29 02:30:00.123456+01'", "'0044-03-15 BC'", "'294276-12-31'"], &chance)
    case .date: Self.pick(["'infinity'", "'-infinity'", "'2024-02-29'", "'4713-01-01 BC'"], &chance)
    case .float8: Self.pick(["'NaN'", "'-0'", "0", "'-Infinity'", "0.1", "1e-307", "1.7976931348623157e308"], &chance)
    case .uuid: Self.pick(["'00000000-0000-0000-0000-000000000000'", "md5('\(chance.next())')::uuid"], &chance)
    case .json: Self.pick([#"'{"b": 1,  "a": [null, "\u0041"], "b": 2}'"#, "'null'", "'[]'", "'  1.50  '"], &chance)
    case .jsonb: Self.pick([#"'{"b": 1, "a": {"x": "é\"\\"}}'"#, "'null'", "'1.50'", "'\"\"'"], &chance)
    case .integers: Self.pick(["'{}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'[5:6]={7,8}'"], &chance)
    case .texts: Self.pick([#"ARRAY['a,b', 'c"d', E'e\\f', NULL, 'NULL', '', '{}', ' ']"#, "'{}'", "'{x}'"], &chance)
    case .mood: Self.pick(["'sad'", "'ok'", "'very happy'", #"E'o''dd "{}" \\ value'"#], &chance)
    case .code: "left(\(Self.text(&chance)), 50)"
    case .range: Self.pick(["'empty'", "'[1,5)'", "'(,)'", "'[3,3]'", "'(,7)'"], &chance)
    case .interval: Self.pick(["'1 mon -2 days 00:00:03.5'", "'-00:00:00.000001'", "'P1Y2M'"], &chance)
    case .toasted:
      "(SELECT string_agg(md5('\(chance.next())' || g), '') FROM generate_series(1, \(Int.random(in: 80...400, using: &chance))) g)"
    }
  }

  private static func text(_ chance: inout SeededGenerator) -> String {
    pick(
      [
        "''", "'NULL'", "' '", "E'tab\\tline\\nback\\\\slash'", "'\\N'", "'\\.'", "E'quote\\'s \"double\"'",
        "'日本語 😀 e\u{301}'",
        "repeat('x', \(Int.random(in: 1...300, using: &chance)))", "'t\(chance.next() % 100)'", "'{},()'",
        "E'\\x01\\r'",
      ], &chance)
  }

  static func pick(_ values: [String], _ chance: inout SeededGenerator) -> String {
    values[Int.random(in: values.indices, using: &chance)]
  }
}
