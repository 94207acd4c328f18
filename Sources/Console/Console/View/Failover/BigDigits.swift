import CellGrid

/// A number three rows high, so that it is read from across the room: seven segments in the box's own lines, or in
/// characters that every terminal has.
enum BigDigits {
  static let height = 3

  static func rows(_ number: Int, glyphs: GlyphSet) -> [String] {
    let digits = String(max(0, number)).compactMap(\.wholeNumberValue)
    let shapes = glyphs.isASCII ? ascii : lines
    return (0..<height).map { row in
      digits.map { digit in shapes[digit][row] }.joined(separator: " ").map { fit($0, glyphs) }.joined()
    }
  }

  private static func fit(_ character: Character, _ glyphs: GlyphSet) -> String {
    let box = glyphs.focusedBox
    return switch character {
    case "━": String(box.horizontal)
    case "┃": String(box.vertical)
    case "┏": String(box.topLeft)
    case "┓": String(box.topRight)
    case "┗": String(box.bottomLeft)
    case "┛": String(box.bottomRight)
    case "┣": String(box.teeLeft)
    case "┫": String(box.teeRight)
    default: String(character)
    }
  }

  private static let lines: [[String]] = [
    ["┏━┓", "┃ ┃", "┗━┛"], ["  ┓", "  ┃", "  ┃"], ["━━┓", "┏━┛", "┗━━"], ["━━┓", "━━┫", "━━┛"], ["┃ ┃", "┗━┫", "  ┃"],
    ["┏━━", "┗━┓", "━━┛"], ["┏━━", "┣━┓", "┗━┛"], ["━━┓", "  ┃", "  ┃"], ["┏━┓", "┣━┫", "┗━┛"], ["┏━┓", "┗━┫", "━━┛"],
  ]

  private static let ascii: [[String]] = [
    [" _ ", "| |", "|_|"], ["   ", "  |", "  |"], [" _ ", " _|", "|_ "], [" _ ", " _|", " _|"], ["   ", "|_|", "  |"],
    [" _ ", "|_ ", " _|"], [" _ ", "|_ ", "|_|"], [" _ ", "  |", "  |"], [" _ ", "|_|", "|_|"], [" _ ", "|_|", " _|"],
  ]
}
