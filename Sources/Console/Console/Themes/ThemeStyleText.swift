import CellGrid

/// The words a theme describes a style with: `#ff7b72 bold`, `bright-red`, `palette-208`, `default reverse`.
enum ThemeStyleText {
  private static let ansiNames = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black", "bright-red",
    "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
  ]

  private static let attributes: [String: Attributes] = [
    "bold": .bold, "dim": .dim, "italic": .italic, "underline": .underline, "reverse": .reverse,
  ]

  struct Failure: Error {
    var message: String
  }

  /// At most one colour, and any attributes.
  static func style(_ text: String) throws(Failure) -> Style {
    var style = Style()
    var hasColor = false
    for word in text.split(separator: " ").map(String.init) {
      if let attribute = attributes[word] {
        style.attributes.insert(attribute)
        continue
      }
      guard !hasColor else { throw Failure(message: "'\(word)' is a second colour; a style has one") }
      style.foreground = try color(word)
      hasColor = true
    }
    guard !text.allSatisfy({ $0 == " " }) else {
      throw Failure(message: "is empty; write a colour such as '#8c99a8', or 'default'")
    }
    return style
  }

  static func color(_ word: String) throws(Failure) -> Color {
    if word == "default" { return .terminalDefault }
    if let index = ansiNames.firstIndex(of: word) { return .ansi(UInt8(index)) }
    if word.hasPrefix("#") {
      guard let color = hex(word.dropFirst()) else {
        throw Failure(message: "'\(word)' is no colour; write six hexadecimal digits, such as '#8c99a8'")
      }
      return color
    }
    if word.hasPrefix("palette-") {
      guard let index = UInt8(word.dropFirst(8)) else {
        throw Failure(message: "'\(word)' is no colour; the palette goes from palette-0 to palette-255")
      }
      return .palette(index)
    }
    let known = ansiNames + attributes.keys.sorted() + ["default"]
    throw Failure(
      message: "'\(word)' is neither a colour nor an attribute\(NearestMatch.hint(for: word, among: known))")
  }

  private static func hex(_ digits: Substring) -> Color? {
    guard digits.utf8.count == 6, digits.utf8.allSatisfy(isHexDigit), let value = UInt32(digits, radix: 16)
    else { return nil }
    return .rgb(
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }
}
