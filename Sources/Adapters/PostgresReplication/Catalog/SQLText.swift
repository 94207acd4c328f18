import PostgresAdapter

/// Quotes what is put into SQL where no parameter may stand.
public enum SQLText {
  public static func identifier(_ name: String) -> String { "\"" + name.escaping("\"") + "\"" }

  public static func table(schema: String, name: String) -> String { identifier(schema) + "." + identifier(name) }

  public static func literal(_ text: String) -> String {
    // With a backslash in it, the literal must not depend on standard_conforming_strings.
    let quoted = "'" + text.escaping("'\\") + "'"
    return text.unicodeScalars.contains("\\") ? " E" + quoted : quoted
  }
}
