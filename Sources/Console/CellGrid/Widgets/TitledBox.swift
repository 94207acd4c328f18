/// A box with titles in its upper edge: what it is on the left, how it is on the right.
public struct TitledBox: Sendable {
  public var title: [Span]
  public var trailing: [Span]
  public var isFocused: Bool

  public init(title: [Span], trailing: [Span] = [], isFocused: Bool = false) {
    self.title = title
    self.trailing = trailing
    self.isFocused = isFocused
  }

  /// Draws edge and titles. Where both titles do not fit, the left one is cut with an ellipsis, then left out, for what
  /// stands right is the state.
  ///
  /// - Returns: the inside of the box.
  @discardableResult
  public func draw(into grid: inout CellGrid, in area: Rect, style: Style, glyphs: GlyphSet) -> Rect {
    let box = isFocused ? glyphs.focusedBox : glyphs.box
    grid.drawBox(area, style: style, glyphs: box)
    // Corner, line, space … space, line, corner.
    let room = area.width - 6
    guard area.height >= 2, room > 0 else { return area.inset(1) }
    let trailingWidth = min(width(of: trailing), room)
    if trailingWidth > 0 {
      let start = Point(x: area.right - 3 - trailingWidth, y: area.y)
      place(trailing, width: trailingWidth, at: start, in: &grid, style: style, glyphs: glyphs)
    }
    let titleRoom = trailingWidth > 0 ? room - trailingWidth - 3 : room
    let titleWidth = min(width(of: title), titleRoom)
    if titleWidth > 1 || (titleWidth == 1 && width(of: title) == 1) {
      place(
        title, width: titleWidth, at: Point(x: area.x + 3, y: area.y), in: &grid, style: style, glyphs: glyphs)
    }
    return area.inset(1)
  }

  private func width(of spans: [Span]) -> Int { spans.reduce(0) { $0 + DisplayWidth.of($1.text) } }

  private func place(
    _ spans: [Span], width: Int, at point: Point, in grid: inout CellGrid, style: Style, glyphs: GlyphSet
  ) {
    grid.write(" ", at: Point(x: point.x - 1, y: point.y), style: style)
    let used = grid.write(spans, at: point, maxWidth: width, ellipsis: glyphs.ellipsis)
    grid.write(" ", at: Point(x: point.x + used, y: point.y), style: style)
  }
}
