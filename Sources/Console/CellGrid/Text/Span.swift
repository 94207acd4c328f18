/// Text of one style, a part of a line.
public struct Span: Hashable, Sendable {
  public var text: String
  public var style: Style

  public init(_ text: String, _ style: Style) {
    self.text = text
    self.style = style
  }
}

extension CellGrid {
  /// Writes spans one after the other; what does not fit in `maxWidth` (or before the edge) ends in `ellipsis` when one
  /// is given, in the style of the span that was cut.
  ///
  /// - Returns: the columns taken.
  @discardableResult
  public mutating func write(
    _ spans: [Span], at point: Point, maxWidth: Int? = nil, ellipsis: Unicode.Scalar? = nil, clip: Rect? = nil
  ) -> Int {
    let room = max(0, min(maxWidth ?? .max, bounds.intersection(clip ?? bounds).right - point.x))
    let fits = ellipsis == nil || spans.reduce(0) { $0 + DisplayWidth.of($1.text) } <= room
    let budget = fits ? room : room - 1
    var used = 0
    for span in spans {
      let next = Point(x: point.x + used, y: point.y)
      let width = DisplayWidth.of(span.text)
      used += write(span.text, at: next, style: span.style, maxWidth: budget - used, clip: clip)
      guard !fits, used >= budget || width > budget - (next.x - point.x) else { continue }
      if let ellipsis, used < room {
        used += write(
          String(ellipsis), at: Point(x: point.x + used, y: point.y), style: span.style, maxWidth: room - used,
          clip: clip)
      }
      break
    }
    return used
  }

  /// Writes one line within the first row of `area`, aligned, cut with `ellipsis` where it is too long.
  public mutating func write(
    _ text: String, in area: Rect, alignment: Alignment, style: Style, ellipsis: Unicode.Scalar, clip: Rect? = nil
  ) {
    guard !area.isEmpty else { return }
    let shown = TextLayout.truncate(text, to: area.width, ellipsis: ellipsis)
    let offset = TextLayout.offset(of: DisplayWidth.of(shown), in: area.width, alignment)
    write(
      shown, at: Point(x: area.x + offset, y: area.y), style: style, maxWidth: area.width - offset,
      clip: clip.map { $0.intersection(area) } ?? area)
  }
}
