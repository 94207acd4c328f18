import PostgresAdapter

/// A key as people read it.
enum KeyDescription {
  private static let limit = 200

  /// `id=42`, or `a=1, b='x y'`; without a key, the row's text, shortened.
  static func text(_ columns: [String], _ values: [String?]) -> String {
    let text =
      columns.isEmpty
      ? values.first.flatMap { $0 } ?? ""
      : zip(columns, values).map { "\($0)=\($1.map(quoted) ?? "NULL")" }.joined(separator: ", ")
    return text.count > limit ? text.prefix(limit) + "…" : text
  }

  private static func quoted(_ value: String) -> String {
    let isPlain = !value.isEmpty && value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
    return isPlain ? value : "'" + value.escaping("'") + "'"
  }
}
