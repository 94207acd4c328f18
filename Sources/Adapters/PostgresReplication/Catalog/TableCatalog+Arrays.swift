import PostgresAdapter

extension TableCatalog {
  /// A `text[]` in PostgreSQL's text form; nil is SQL's null.
  static func arrayLiteral(optional texts: [String?]) -> String {
    let elements = texts.map { text in
      guard let text else { return "NULL" }
      return "\"" + text.escaping("\\\"", with: "\\") + "\""
    }
    return "{" + elements.joined(separator: ",") + "}"
  }
}
