import PostgresAdapter

/// Numbers a statement's parameters while its text is written.
struct ArgumentList {
  private(set) var values: [PostgresValue?] = []

  /// - Returns: the parameter's place, cast to `type`.
  mutating func add(_ text: String?, _ type: String) -> String {
    values.append(PostgresValue(optional: text))
    return "$\(values.count)::\(type)"
  }
}
