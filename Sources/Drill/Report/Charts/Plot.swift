/// The frame of a chart: scales, axes, and where things are between them.
struct Plot {
  static let width = 720.0
  private static let left = 52.0
  private static let right = 16.0
  /// Room for a legend, and below it for the words of marks.
  private static let top = 38.0
  private static let bottom = 34.0

  var xRange: ClosedRange<Double>
  var yRange: ClosedRange<Double>
  var height = 226.0
  var label: String

  func x(_ value: Double) -> Double {
    Self.left + (value - xRange.lowerBound) / span(xRange) * (Self.width - Self.left - Self.right)
  }

  func y(_ value: Double) -> Double {
    let clamped = min(max(value, yRange.lowerBound), yRange.upperBound)
    return height - Self.bottom - (clamped - yRange.lowerBound) / span(yRange) * (height - Self.top - Self.bottom)
  }

  private func span(_ range: ClosedRange<Double>) -> Double { max(range.upperBound - range.lowerBound, 1e-9) }

  /// The drawing with its axes around `body`.
  ///
  /// - Parameter yText: what stands at a line of the grid.
  func svg(_ body: [String], yText: (Double) -> String) -> String {
    let size = "viewBox=\"0 0 \(Markup.number(Self.width)) \(Markup.number(height))\""
    let name = Markup.escaped(label)
    return (["<svg \(size) role=\"img\" aria-label=\"\(name)\">"] + axes(yText) + body + ["</svg>"]).joined(
      separator: "\n")
  }

  private func axes(_ yText: (Double) -> String) -> [String] {
    let base = height - Self.bottom
    let horizontal = Self.ticks(yRange, about: 4).flatMap { value in
      [
        line(from: (Self.left, y(value)), to: (Self.width - Self.right, y(value)), "grid"),
        text(yText(value), at: (Self.left - 6, y(value) + 4), "end", "faint"),
      ]
    }
    let vertical = Self.ticks(xRange, about: 9).flatMap { value in
      [
        line(from: (x(value), base), to: (x(value), base + 4), "grid"),
        text("\(Markup.number(value)) s", at: (x(value), base + 17), "middle", "faint"),
      ]
    }
    return horizontal + vertical
  }

  /// A vertical line with a word above it.
  func mark(_ value: Double, _ word: String) -> [String] {
    guard xRange.contains(value) else { return [] }
    return [
      line(from: (x(value), Self.top), to: (x(value), height - Self.bottom), "mark"),
      text(word, at: (x(value), Self.top - 7), "middle", "faint"),
    ]
  }

  /// A line through points; where one is missing, the line is interrupted.
  func path(_ points: [(x: Double, y: Double?)], _ style: String) -> String {
    var commands: [String] = []
    var isDrawing = false
    for point in points {
      guard let value = point.y else {
        isDrawing = false
        continue
      }
      commands.append("\(isDrawing ? "L" : "M")\(Markup.number(x(point.x))) \(Markup.number(y(value)))")
      isDrawing = true
    }
    return "<path class=\"line \(style)\" d=\"\(commands.joined(separator: " "))\"/>"
  }

  func line(from: (Double, Double), to: (Double, Double), _ style: String) -> String {
    "<line class=\"\(style)\" x1=\"\(Markup.number(from.0))\" y1=\"\(Markup.number(from.1))\" "
      + "x2=\"\(Markup.number(to.0))\" y2=\"\(Markup.number(to.1))\"/>"
  }

  func text(_ text: String, at point: (Double, Double), _ anchor: String = "start", _ style: String = "") -> String {
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    return "<text\(style) x=\"\(Markup.number(point.0))\" y=\"\(Markup.number(point.1))\" text-anchor=\"\(anchor)\">"
      + "\(Markup.escaped(text))</text>"
  }

  /// Round numbers within a range: 1, 2 or 5 times a power of ten apart.
  static func ticks(_ range: ClosedRange<Double>, about count: Int) -> [Double] {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else { return [range.lowerBound] }
    let rough = span / Double(count)
    var unit = 1.0
    while unit > rough { unit /= 10 }
    while unit * 10 <= rough { unit *= 10 }
    let step = [1, 2, 5, 10].map { $0 * unit }.first { $0 >= rough } ?? unit
    let first = Int((range.lowerBound / step).rounded(.up))
    let last = Int((range.upperBound / step + 1e-9).rounded(.down))
    return first > last ? [] : (first...last).map { Double($0) * step }
  }
}
