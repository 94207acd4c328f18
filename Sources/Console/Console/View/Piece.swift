import CellGrid

/// Text in one role.
struct Piece: Equatable {
  var text: String
  var role: Theme.Role
  var isBold: Bool

  init(_ text: String, _ role: Theme.Role = .foreground, bold: Bool = false) {
    self.text = text
    self.role = role
    isBold = bold
  }

  /// Text that was written elsewhere: it is shown, never obeyed.
  static func outside(_ text: String, _ role: Theme.Role = .foreground, bold: Bool = false) -> Piece {
    Piece(Outside.text(text), role, bold: bold)
  }
}

/// Pieces one after the other.
typealias Line = [Piece]

extension Line {
  func width(_ glyphs: GlyphSet) -> Int { reduce(0) { $0 + DisplayWidth.of(glyphs.fit($1.text)) } }
}

/// Makes text from outside one harmless line.
enum Outside {
  private static let sanitizer = TextSanitizer(limit: 400, lineBreak: .space)

  static func text(_ text: String) -> String {
    // Most text is plain; only what is not needs the sanitiser's care.
    if text.utf8.count <= 400, text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    return sanitizer.sanitize(text)
  }
}
