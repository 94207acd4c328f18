/// How a value of a column's type is written so that equal values are the same text: what is remembered of a row that is
/// gone is found by its key's text.
enum KeyForm: String, Sendable, CaseIterable {
  /// Equal values are written alike.
  case exact
  /// `numeric`: `3` is `3.00`.
  case number
  /// `citext`: `a` is `A`, by the database's own rules, whatever the column's collation is.
  case caseless
  /// Of floating point: `0` is `-0`.
  case float
  /// Nobody knows: `jsonb`, composite types, collations in which unlike texts are equal.
  case unknown

  /// - Parameter value: an expression of the column's type.
  func sql(_ value: String) -> String {
    switch self {
    case .number: "trim_scale(\(value))::text"
    case .caseless: "lower(\(value)::text COLLATE \"default\")"
    case .float: "(\(value) + 0)::text"
    case .exact, .unknown: "\(value)::text"
    }
  }
}
