/// Where one is in a list longer than its window: a column with a thumb.
public struct ScrollIndicator: Hashable, Sendable {
  public var first: Int
  public var visible: Int
  public var total: Int

  /// - Parameters:
  ///   - first: index of the first row shown.
  ///   - visible: rows shown.
  ///   - total: rows in all.
  public init(first: Int, visible: Int, total: Int) {
    self.first = first
    self.visible = visible
    self.total = total
  }

  /// Draws into the first column of `area`; nothing where all rows are visible.
  public func draw(into grid: inout CellGrid, in area: Rect, style: Style, thumbStyle: Style, glyphs: GlyphSet) {
    guard !area.isEmpty, let thumb = thumb(in: area.height) else { return }
    for y in 0..<area.height {
      let isThumb = thumb.contains(y)
      grid.put(
        isThumb ? glyphs.scrollThumb : glyphs.scrollTrack, at: Point(x: area.x, y: area.y + y),
        style: isThumb ? thumbStyle : style, clip: area)
    }
  }

  /// The thumb's rows on a track of `height`: at the very top only at the beginning, at the very bottom only at the end.
  func thumb(in height: Int) -> Range<Int>? {
    guard visible > 0, total > visible, height > 0 else { return nil }
    let length = min(height, max(1, height * visible / total))
    let travel = height - length
    let last = total - visible
    let position = min(max(0, first), last)
    var start = last > 0 ? (position * travel + last / 2) / last : 0
    if travel > 1 {
      if position > 0 { start = max(start, 1) }
      if position < last { start = min(start, travel - 1) }
    }
    return start..<start + length
  }
}
