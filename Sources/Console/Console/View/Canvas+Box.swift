import CellGrid

extension Canvas {
  /// A frame with what it is on the left and how it is on the right of its upper edge, and a remark in its lower edge.
  ///
  /// - Returns: the inside, less a column of air on either side.
  @discardableResult
  mutating func box(
    _ area: Rect, title: Line, trailing: Line = [], remark: Line = [], role: Theme.Role = .line, isFocused: Bool = false
  ) -> Rect {
    let style = theme[isFocused ? .focus : role]
    TitledBox(title: spans(title), trailing: spans(trailing), isFocused: isFocused)
      .draw(into: &grid, in: area, style: style, glyphs: glyphs)
    let room = area.width - 6
    if !remark.isEmpty, area.height >= 2, room > 0 {
      let y = area.bottom - 1
      let length = min(remark.width(glyphs), room)
      grid.write(" ", at: Point(x: area.x + 2, y: y), style: style)
      write(remark, at: Point(x: area.x + 3, y: y), width: length)
      grid.write(" ", at: Point(x: area.x + 3 + length, y: y), style: style)
    }
    return area.inset(left: 2, top: 1, right: 2, bottom: 1)
  }

  /// A line across the inside of a box, from edge to edge.
  mutating func divider(in box: Rect, y: Int, title: Line, role: Theme.Role = .line, isFocused: Bool = false) {
    guard box.width > 4, y > box.y, y < box.bottom - 1 else { return }
    let style = theme[isFocused ? .focus : role]
    let edges = isFocused ? glyphs.focusedBox : glyphs.box
    grid.put(edges.teeLeft, at: Point(x: box.x, y: y), style: style)
    grid.put(edges.teeRight, at: Point(x: box.right - 1, y: y), style: style)
    grid.drawHorizontal(edges.horizontal, at: Point(x: box.x + 1, y: y), count: box.width - 2, style: style)
    guard !title.isEmpty else { return }
    grid.write(" ", at: Point(x: box.x + 2, y: y), style: style)
    let used = write(title, at: Point(x: box.x + 3, y: y), width: box.width - 6)
    grid.write(" ", at: Point(x: box.x + 3 + used, y: y), style: style)
  }
}
