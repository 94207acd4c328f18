extension CellGrid {
  /// Writes one glyph; what ``write(_:at:style:maxWidth:clip:)`` says holds.
  public mutating func put(_ glyph: Unicode.Scalar, at point: Point, style: Style, clip: Rect? = nil) {
    write(String(glyph), at: point, style: style, clip: clip)
  }

  /// Writes `count` copies of a glyph rightwards.
  public mutating func drawHorizontal(
    _ glyph: Unicode.Scalar, at point: Point, count: Int, style: Style, clip: Rect? = nil
  ) {
    guard count > 0 else { return }
    write(String(repeating: String(glyph), count: min(count, 4096)), at: point, style: style, clip: clip)
  }

  /// Draws the outline of `rect`; its inside stays as it is. Needs at least 2×2 cells.
  public mutating func drawBox(_ rect: Rect, style: Style, glyphs: GlyphSet.Box, clip: Rect? = nil) {
    guard rect.width >= 2, rect.height >= 2 else { return }
    let inner = rect.width - 2
    for (y, left, right) in [
      (rect.y, glyphs.topLeft, glyphs.topRight), (rect.bottom - 1, glyphs.bottomLeft, glyphs.bottomRight),
    ] {
      put(left, at: Point(x: rect.x, y: y), style: style, clip: clip)
      drawHorizontal(glyphs.horizontal, at: Point(x: rect.x + 1, y: y), count: inner, style: style, clip: clip)
      put(right, at: Point(x: rect.right - 1, y: y), style: style, clip: clip)
    }
    for y in rect.y + 1..<rect.bottom - 1 {
      put(glyphs.vertical, at: Point(x: rect.x, y: y), style: style, clip: clip)
      put(glyphs.vertical, at: Point(x: rect.right - 1, y: y), style: style, clip: clip)
    }
  }
}
