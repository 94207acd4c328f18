/// Rows of text under column titles.
public struct Table: Sendable {
  public struct Column: Hashable, Sendable {
    public var title: String
    public var width: Length
    public var alignment: Alignment
    /// What is left out of a text that is too long.
    public var cut: TextLayout.Cut

    public init(
      _ title: String, width: Length, alignment: Alignment = .leading, cut: TextLayout.Cut = .end
    ) {
      self.title = title
      self.width = width
      self.alignment = alignment
      self.cut = cut
    }
  }

  public var columns: [Column]
  /// Each row has one span for each column; missing ones are empty.
  public var rows: [[Span]]
  /// The row that is marked, where one is.
  public var selection: Int?
  /// Index of the first row shown.
  public var first: Int
  public var hasHeader: Bool

  public init(
    columns: [Column], rows: [[Span]], selection: Int? = nil, first: Int = 0, hasHeader: Bool = true
  ) {
    self.columns = columns
    self.rows = rows
    self.selection = selection
    self.first = first
    self.hasHeader = hasHeader
  }

  /// Draws into `area`, columns two cells apart; text too long for its column is cut, with an ellipsis.
  ///
  /// - Parameter selected: how a marked row's cells look, over the whole width of `area`.
  /// - Returns: how many rows are shown.
  @discardableResult
  public func draw(
    into grid: inout CellGrid, in area: Rect, headerStyle: Style, glyphs: GlyphSet,
    selected: (Style) -> Style = { $0.adding(.reverse) }
  ) -> Int {
    let (header, body) = area.splitTop(hasHeader ? 1 : 0)
    for (column, span) in zip(columns, header.columns(columns.map(\.width), gap: 2)) {
      grid.write(
        column.title, in: span, alignment: column.alignment, style: headerStyle, ellipsis: glyphs.ellipsis)
    }
    let shown = rows.indices.dropFirst(max(0, first)).prefix(body.height)
    for (line, index) in shown.enumerated() {
      let row = body.row(line)
      draw(rows[index], in: row, into: &grid, glyphs: glyphs)
      if index == selection { grid.restyle(row, selected) }
    }
    return shown.count
  }

  private func draw(_ row: [Span], in area: Rect, into grid: inout CellGrid, glyphs: GlyphSet) {
    let places = area.columns(columns.map(\.width), gap: 2)
    for ((column, place), span) in zip(zip(columns, places), row) {
      let text =
        column.cut == .end
        ? span.text : TextLayout.truncate(span.text, to: place.width, ellipsis: glyphs.ellipsis, cut: column.cut)
      grid.write(text, in: place, alignment: column.alignment, style: span.style, ellipsis: glyphs.ellipsis)
    }
  }

  /// The first row to show so that `selection` is visible in `height` rows, moving the window as little as possible.
  public static func window(first: Int, selection: Int, height: Int, total: Int) -> Int {
    guard height > 0 else { return 0 }
    let kept = min(max(first, selection - height + 1), max(0, selection))
    return min(max(0, kept), max(0, total - height))
  }
}
