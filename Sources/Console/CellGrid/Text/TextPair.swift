/// Two versions of a value, written so that they look unlike where they are unlike. Text from outside becomes harmless.
///
/// Text stands in quotes and SQL's null does not; white space that wrapping would swallow is made visible. Of what is
/// too long to be shown whole, both sides show the place where they begin to differ.
public struct TextPair: Sendable, Equatable {
  public let left: String
  public let right: String
  public let isUnlike: Bool

  /// What is shown of either before the first difference.
  private static let lead = 60

  /// - Parameter limit: characters of either that are shown at most, about.
  public init(_ left: String?, _ right: String?, limit: Int = 400) {
    // Strings that merely mean the same are equal to Swift, and not to a database.
    isUnlike = left.map { Array($0.utf8) } != right.map { Array($0.utf8) }
    let isLong = max(left?.utf8.count ?? 0, right?.utf8.count ?? 0) > limit
    let start = isLong && isUnlike ? max(0, Self.common(left ?? "", right ?? "") - Self.lead) : 0
    let shown = [left, right].map { Self.write($0, from: start, limit: limit) }
    let looksAlike = isUnlike && shown[0] == shown[1]
    self.left = shown[0]
    self.right = shown[1] + (looksAlike ? " (unlike in what cannot be shown)" : "")
  }

  /// How many bytes both begin with.
  private static func common(_ left: String, _ right: String) -> Int {
    zip(left.utf8, right.utf8).prefix { $0 == $1 }.count
  }

  private static func write(_ text: String?, from start: Int, limit: Int) -> String {
    guard let text else { return "NULL" }
    let bytes = text.utf8
    var index = bytes.index(bytes.startIndex, offsetBy: start, limitedBy: bytes.endIndex) ?? bytes.startIndex
    // Not from the middle of a character.
    while index > bytes.startIndex, index < bytes.endIndex, bytes[index] & 0xC0 == 0x80 {
      index = bytes.index(before: index)
    }
    let rest = text[index...]
    let shown = visible(rest.unicodeScalars.prefix(limit + 1))
    let isCut = rest.unicodeScalars.dropFirst(limit).first != nil
    let clean = TextSanitizer(limit: limit).sanitize(String(shown))
    return (index > bytes.startIndex ? "…" : "\"") + clean + (isCut ? "" : "\"")
  }

  private static func visible(_ text: Substring.UnicodeScalarView) -> String.UnicodeScalarView {
    var result = String.UnicodeScalarView()
    var next = text.makeIterator()
    _ = next.next()
    var previous: Unicode.Scalar?
    for scalar in text {
      let following = next.next()
      switch scalar {
      case "\t": result.append("\u{2409}")
      case "\r": result.append("\u{240D}")
      case " " where previous == " " || following == " ": result.append("\u{2423}")
      default: result.append(scalar)
      }
      previous = scalar
    }
    return result
  }
}
