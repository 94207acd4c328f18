/// Samples over time as columns, the newest at the right edge.
public struct Sparkline: Sendable {
  public enum Scale: Hashable, Sendable {
    /// From the bottom to the top of the ramp.
    case fixed(ClosedRange<Double>)
    /// From 0 to the largest visible sample, rounded up to 1, 2 or 5 times a power of ten so that the picture does not
    /// shift at each new sample; at least `minimumTop`.
    case automatic(minimumTop: Double)
  }

  /// Oldest first. `nil`: not known then, which is drawn as a gap, never as 0.
  public var samples: [Double?]
  public var scale: Scale
  /// Samples above `threshold` are drawn in `style`.
  public var emphasis: (threshold: Double, style: Style)?

  public init(_ samples: [Double?], scale: Scale, emphasis: (threshold: Double, style: Style)? = nil) {
    self.samples = samples
    self.scale = scale
    self.emphasis = emphasis
  }

  /// Draws into all of `area`; more than one row gives finer steps. Columns without samples are left as they are.
  public func draw(into grid: inout CellGrid, in area: Rect, style: Style, glyphs: GlyphSet) {
    guard !area.isEmpty else { return }
    let visible = samples.suffix(area.width)
    let range = bounds(of: visible)
    let steps = glyphs.verticalRamp.count
    var x = area.right - visible.count
    for sample in visible {
      defer { x += 1 }
      guard let sample, sample.isFinite else {
        grid.put(glyphs.gap, at: Point(x: x, y: area.bottom - 1), style: style, clip: area)
        continue
      }
      let level = Self.level(of: sample, in: range, steps: steps * area.height)
      let chosen = emphasis.flatMap { sample > $0.threshold ? $0.style : nil } ?? style
      for row in 0..<area.height {
        let step = min(level - row * steps, steps)
        guard step > 0 else { break }
        grid.put(
          glyphs.verticalRamp[step - 1], at: Point(x: x, y: area.bottom - 1 - row), style: chosen, clip: area)
      }
    }
  }

  /// As one line of text, the newest sample at its end, for a cell of a table.
  public func text(width: Int, glyphs: GlyphSet) -> String {
    let visible = samples.suffix(max(0, width))
    let range = bounds(of: visible)
    var text = String(repeating: " ", count: max(0, width - visible.count))
    for sample in visible {
      guard let sample, sample.isFinite else {
        text += " "
        continue
      }
      text.unicodeScalars.append(
        glyphs.verticalRamp[Self.level(of: sample, in: range, steps: glyphs.verticalRamp.count) - 1])
    }
    return text
  }

  /// The values at the bottom and the top, for an axis.
  public func bounds(visible width: Int) -> ClosedRange<Double> { bounds(of: samples.suffix(width)) }

  private func bounds(of visible: ArraySlice<Double?>) -> ClosedRange<Double> {
    switch scale {
    case .fixed(let range): return range
    case .automatic(let minimumTop):
      let largest = visible.reduce(0.0) { top, sample in
        guard let sample, sample.isFinite else { return top }
        return max(top, sample)
      }
      return 0...Self.roundedUp(max(largest, minimumTop))
    }
  }

  /// 1…`steps`: what is known always shows, even a zero.
  static func level(of sample: Double, in range: ClosedRange<Double>, steps: Int) -> Int {
    let span = range.upperBound - range.lowerBound
    guard span > 0 else { return 1 }
    let share = min(max(0, (sample - range.lowerBound) / span), 1)
    return max(1, Int((share * Double(steps)).rounded(.up)))
  }

  /// The next of …, 1, 2, 5, 10, 20, 50, … that is not below `value`.
  static func roundedUp(_ value: Double) -> Double {
    guard value > 0, value.isFinite else { return 1 }
    var power = 1.0
    while power > value { power /= 10 }
    while power * 10 <= value { power *= 10 }
    return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= value } ?? power * 10
  }
}
