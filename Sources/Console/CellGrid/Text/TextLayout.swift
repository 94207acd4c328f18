/// Fits text into columns. Widths are display columns, never characters.
public enum TextLayout {
  /// Which part of a text too long is left out.
  public enum Cut: Hashable, Sendable {
    case end
    case middle
    case start
  }

  /// `text` itself where it fits in `width` columns, else cut, with `ellipsis` in place of what is left out.
  public static func truncate(
    _ text: String, to width: Int, ellipsis: Unicode.Scalar, cut: Cut = .end
  ) -> String {
    guard width > 0 else { return "" }
    guard DisplayWidth.of(text) > width else { return text }
    let room = width - 1
    switch cut {
    case .end: return prefix(text, room) + String(ellipsis)
    case .start: return String(ellipsis) + suffix(text, room)
    case .middle: return prefix(text, room - room / 2) + String(ellipsis) + suffix(text, room / 2)
    }
  }

  /// `text` with spaces added up to `width` columns; longer text stays as it is.
  public static func pad(_ text: String, to width: Int, _ alignment: Alignment = .leading) -> String {
    let textWidth = DisplayWidth.of(text)
    guard textWidth < width else { return text }
    let before = offset(of: textWidth, in: width, alignment)
    return spaces(before) + text + spaces(width - textWidth - before)
  }

  /// The lines of `text` at most `width` columns wide: broken at spaces, a word that is too long within itself, and at
  /// line feeds. Never empty; spaces at a break are dropped.
  public static func wrap(_ text: String, to width: Int) -> [String] {
    guard width > 0 else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { wrapParagraph($0, to: width) }
  }

  /// How far from the left something `width` columns wide stands in `room` columns.
  static func offset(of width: Int, in room: Int, _ alignment: Alignment) -> Int {
    let free = max(0, room - width)
    switch alignment {
    case .leading: return 0
    case .centered: return free / 2
    case .trailing: return free
    }
  }

  private static func wrapParagraph(_ paragraph: Substring, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    var isOpen = false
    for word in paragraph.split(separator: " ") {
      var word = word
      var wordWidth = DisplayWidth.of(word)
      if isOpen, used + 1 + wordWidth <= width {
        line += " " + word
        used += 1 + wordWidth
        continue
      }
      if isOpen { lines.append(line) }
      while wordWidth > width {
        let head = prefix(word, width)
        // A character wider than the line stands alone rather than never.
        let taken = head.isEmpty ? String(word.unicodeScalars.prefix(1)) : head
        lines.append(taken)
        word = Substring(word.unicodeScalars.dropFirst(taken.unicodeScalars.count))
        wordWidth = DisplayWidth.of(word)
      }
      line = String(word)
      used = wordWidth
      isOpen = true
    }
    if isOpen || lines.isEmpty { lines.append(line) }
    return lines
  }

  /// The most of `text`'s beginning that fits in `width` columns, with the marks of its last character.
  private static func prefix(_ text: some StringProtocol, _ width: Int) -> String {
    let scalars = text.unicodeScalars
    var reader = ClusterReader()
    var used = 0
    let end = scalars.indices.first { index in
      used += reader.read(scalars[index]).columns
      return used > width
    }
    return String(String.UnicodeScalarView(scalars[..<(end ?? scalars.endIndex)]))
  }

  /// The most of `text`'s end that fits in `width` columns; begins with a base character.
  private static func suffix(_ text: some StringProtocol, _ width: Int) -> String {
    let scalars = Array(text.unicodeScalars)
    var reader = ClusterReader()
    let columns = scalars.map { reader.read($0).columns }
    var start = scalars.count
    var used = 0
    for index in scalars.indices.reversed() where columns[index] > 0 {
      used += columns[index]
      guard used <= width else { break }
      start = index
    }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[start...])
    return String(view)
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
