/// A share of a whole as a bar.
public struct Gauge: Hashable, Sendable {
  /// 0…1; values outside are drawn as the nearer end. `nil`: not known, drawn empty.
  public var share: Double?

  public init(share: Double?) { self.share = share }

  /// Draws into the first row of `area`.
  public func draw(into grid: inout CellGrid, in area: Rect, style: Style, emptyStyle: Style, glyphs: GlyphSet) {
    guard !area.isEmpty else { return }
    grid.drawHorizontal(glyphs.gaugeEmpty, at: area.origin, count: area.width, style: emptyStyle, clip: area)
    guard let share, share.isFinite, let full = glyphs.horizontalRamp.last else { return }
    let steps = glyphs.horizontalRamp.count
    let filled = Int((min(max(0, share), 1) * Double(area.width * steps)).rounded())
    grid.drawHorizontal(full, at: area.origin, count: filled / steps, style: style, clip: area)
    if filled % steps > 0 {
      let end = Point(x: area.x + filled / steps, y: area.y)
      grid.put(glyphs.horizontalRamp[filled % steps - 1], at: end, style: style, clip: area)
    }
  }
}
