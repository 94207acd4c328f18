/// A screenful of cells: what a view draws into and a terminal shows.
///
/// Nothing here can fail or trap: what lies outside is not drawn. Invariants: a cell of width 2 is always followed by its
/// continuation in the same row, and a continuation always follows such a cell; no cell holds a control character.
public struct CellGrid: Hashable, Sendable {
  public let size: Size
  /// Row after row.
  var cells: [Cell]

  /// A grid of spaces in `style`.
  public init(size: Size, style: Style = .plain) {
    self.size = size
    cells = Array(repeating: .blank(style.packed), count: size.width * size.height)
  }

  /// The whole grid.
  public var bounds: Rect { Rect(origin: .zero, size: size) }

  /// The cell at column `x` of row `y`; a plain space outside the grid.
  public subscript(x: Int, y: Int) -> Cell {
    guard x >= 0, y >= 0, x < size.width, y < size.height else { return .blank() }
    return cells[y * size.width + x]
  }

  /// A row's cells from the left; empty outside the grid. Does not copy.
  public func row(_ y: Int) -> ArraySlice<Cell> {
    guard y >= 0, y < size.height else { return [] }
    return cells[y * size.width..<(y + 1) * size.width]
  }

  /// Makes all cells of `rect` spaces in `style`. Halves of wide characters left outside become spaces.
  public mutating func fill(_ rect: Rect, style: Style) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    let blank = Cell.blank(style.packed)
    for y in area.y..<area.bottom {
      releaseHalves(from: area.x, to: area.right, y: y)
      let start = y * size.width
      for index in start + area.x..<start + area.right { cells[index] = blank }
    }
  }

  /// Changes the style of every cell of `rect`, leaving the text: for fading, selection, a dialog's shadow.
  public mutating func restyle(_ rect: Rect, _ transform: (Style) -> Style) {
    let area = rect.intersection(bounds)
    guard !area.isEmpty else { return }
    var last: (from: UInt64, to: UInt64)?
    for y in area.y..<area.bottom {
      for index in y * size.width + area.x..<y * size.width + area.right {
        let bits = cells[index].styleBits & Cell.styleMask
        let restyled = last.flatMap { $0.from == bits ? $0.to : nil } ?? transform(Style(packed: bits)).packed
        last = (bits, restyled)
        cells[index].styleBits = cells[index].styleBits & ~Cell.styleMask | restyled
      }
    }
  }

  /// Draws another grid with its top left corner at `origin`, cut to `clip` and the grid.
  public mutating func draw(_ other: CellGrid, at origin: Point, clip: Rect? = nil) {
    let area = Rect(origin: origin, size: other.size).intersection(bounds).intersection(clip ?? bounds)
    guard !area.isEmpty else { return }
    for y in area.y..<area.bottom {
      releaseHalves(from: area.x, to: area.right, y: y)
      let source = (y - origin.y) * other.size.width - origin.x
      let target = y * size.width
      for x in area.x..<area.right { cells[target + x] = other.cells[source + x] }
      // A wide character cut by an edge leaves a space.
      if cells[target + area.x].isContinuation { blank(target + area.x) }
      if cells[target + area.right - 1].width == 2 { blank(target + area.right - 1) }
    }
  }

  /// Blanks the halves outside `from..<to` of wide characters that an edge of the span cuts.
  mutating func releaseHalves(from: Int, to: Int, y: Int) {
    let start = y * size.width
    if from > 0, cells[start + from].isContinuation { blank(start + from - 1) }
    if to < size.width, cells[start + to].isContinuation { blank(start + to) }
  }

  /// Makes one cell a space of width 1 in its own style.
  mutating func blank(_ index: Int) {
    cells[index] = .blank(cells[index].styleBits & Cell.styleMask)
  }
}
