/// A value that can be moved between 0 and a maximum: a track with a knob, `━━━━●─────`.
public struct Fader: Hashable, Sendable {
  /// Where the knob stands: what is set, or staged. `nil`: not known; the track is drawn without a knob.
  public var value: Double?
  public var maximum: Double
  /// A second place on the track: what stands in the world while another value is staged.
  public var mark: Double?

  public init(value: Double?, maximum: Double, mark: Double? = nil) {
    self.value = value
    self.maximum = maximum
    self.mark = mark
  }

  /// Draws into the first row of `area`.
  public func draw(
    into grid: inout CellGrid, in area: Rect, style: Style, trackStyle: Style, markStyle: Style, glyphs: GlyphSet
  ) {
    guard !area.isEmpty else { return }
    grid.drawHorizontal(glyphs.faderEmpty, at: area.origin, count: area.width, style: trackStyle, clip: area)
    let knob = column(of: value, in: area)
    if let knob {
      grid.drawHorizontal(glyphs.faderFilled, at: area.origin, count: knob - area.x, style: style, clip: area)
    }
    if let mark = column(of: mark, in: area), mark != knob {
      grid.put(glyphs.faderMark, at: Point(x: mark, y: area.y), style: markStyle, clip: area)
    }
    if let knob { grid.put(glyphs.faderKnob, at: Point(x: knob, y: area.y), style: style, clip: area) }
  }

  /// The value at column `x` of a track drawn in `area`: for a click or a drag. `nil` outside it.
  public func value(at x: Int, in area: Rect) -> Double? {
    guard x >= area.x, x < area.right else { return nil }
    guard area.width > 1 else { return maximum }
    return Double(x - area.x) / Double(area.width - 1) * maximum
  }

  private func column(of value: Double?, in area: Rect) -> Int? {
    guard let value, value.isFinite else { return nil }
    let share = maximum > 0 ? min(max(0, value / maximum), 1) : 0
    return area.x + Int((share * Double(area.width - 1)).rounded())
  }
}
