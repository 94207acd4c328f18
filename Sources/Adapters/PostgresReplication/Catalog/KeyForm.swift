/// How a value of a column's type is written so that equal values are the same text: what is remembered of a row that is
/// gone is found by its key's text.
enum KeyForm: String, Sendable, CaseIterable {
  /// Equal values are written alike.
  case exact
  /// `char`: blanks at its end do not count.
  case padded
  /// `numeric`: `3` is `3.00`.
  case number
  /// `citext`: `a` is `A`, by the database's own rules, whatever the column's collation is.
  case caseless
  /// Of floating point: `0` is `-0`.
  case float
  /// Nobody knows: `jsonb`, composite types, collations in which unlike texts are equal.
  case unknown

  /// Nothing in it is looked for in the search path, and no cast that a user has made is run.
  ///
  /// - Parameter value: an expression of the column's type.
  func sql(_ value: String) -> String {
    switch self {
    case .padded: "pg_catalog.rtrim(pg_catalog.concat(\(value)))"
    case .number: "pg_catalog.trim_scale(\(value)::pg_catalog.numeric)::pg_catalog.text"
    case .caseless: "pg_catalog.lower(\(value)::pg_catalog.text COLLATE \"default\")"
    case .float: "(\(value)::pg_catalog.float8 OPERATOR(pg_catalog.+) 0::pg_catalog.float8)::pg_catalog.text"
    case .exact, .unknown: "pg_catalog.concat(\(value))"
    }
  }
}
