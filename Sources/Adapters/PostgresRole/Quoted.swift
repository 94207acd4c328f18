/// Quotes what is put into SQL where no parameter may stand.
enum Quoted {
  static func identifier(_ name: String) -> String { "\"" + escaped(name, ["\""]) { $0 } + "\"" }

  static func literal(_ text: String) -> String {
    // With a backslash in it, the literal must not depend on standard_conforming_strings.
    let quoted = "'" + escaped(text, ["'", "\\"]) { $0 } + "'"
    return text.unicodeScalars.contains("\\") ? " E" + quoted : quoted
  }

  /// As a statement for a person has it: quoted where it must be.
  static func plain(_ name: String) -> String {
    let isPlain =
      name.first.map { $0.isASCII && ($0.isLowercase || $0 == "_") } ?? false
      && name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") }
    return isPlain ? name : identifier(name)
  }

  /// `{"a","b"}`, for a parameter of an array's type.
  static func array(_ texts: [String]) -> String {
    "{" + texts.map { "\"" + escaped($0, ["\"", "\\"]) { _ in "\\" } + "\"" }.joined(separator: ",") + "}"
  }

  /// Scalar by scalar: a quote with an accent upon it is one character, and still ends a name for the server.
  private static func escaped(
    _ text: String, _ marks: [Unicode.Scalar], by escape: (Unicode.Scalar) -> Unicode.Scalar
  ) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if marks.contains(scalar) { result.append(escape(scalar)) }
      result.append(scalar)
    }
    return String(result)
  }
}
