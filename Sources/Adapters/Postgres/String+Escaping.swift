extension String {
  /// Puts `sign`, or the mark itself once more, before each of the marks.
  ///
  /// Scalar by scalar: to Swift a quote and an accent that follows it are one character, which is no quote; to a server
  /// they are two, and the quote ends the text.
  public func escaping(_ marks: String, with sign: Unicode.Scalar? = nil) -> String {
    let marks = Set(marks.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if marks.contains(scalar) { escaped.append(sign ?? scalar) }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
