import CellGrid

/// A grid with a theme and a glyph set: what every pane draws with.
///
/// Text given as it is is the console's own; text from outside is given as ``Piece/outside(_:_:bold:)`` and sanitised.
struct Canvas {
  var grid: CellGrid
  let theme: Theme
  let glyphs: GlyphSet

  init(size: Size, theme: Theme, glyphs: GlyphSet) {
    grid = CellGrid(size: size, style: theme[.foreground])
    self.theme = theme
    self.glyphs = glyphs
  }

  /// One line of pieces from `point`, cut with an ellipsis after `width` columns.
  @discardableResult
  mutating func write(_ line: Line, at point: Point, width: Int) -> Int {
    guard width > 0 else { return 0 }
    return grid.write(spans(line), at: point, maxWidth: width, ellipsis: glyphs.ellipsis)
  }

  @discardableResult
  mutating func write(_ text: String, _ role: Theme.Role = .foreground, at point: Point, width: Int) -> Int {
    write([Piece(text, role)], at: point, width: width)
  }

  /// One line that ends at the right edge of `area`'s first row; what is too long is cut at its end.
  mutating func writeTrailing(_ line: Line, in area: Rect) {
    guard !area.isEmpty else { return }
    let length = min(line.width(glyphs), area.width)
    write(line, at: Point(x: area.right - length, y: area.y), width: length)
  }

  mutating func writeCentered(_ line: Line, in area: Rect) {
    guard !area.isEmpty else { return }
    let length = min(line.width(glyphs), area.width)
    write(line, at: Point(x: area.x + (area.width - length) / 2, y: area.y), width: length)
  }

  func spans(_ line: Line) -> [Span] { line.map { Span(glyphs.fit($0.text), style(of: $0)) } }

  private func style(of piece: Piece) -> Style {
    piece.isBold ? theme[piece.role].adding(.bold) : theme[piece.role]
  }
}
