import CNcurses
import CellGrid

/// Makes ncurses' cells of a grid's.
struct CellEncoder {
  var styles: StyleTable
  let isUTF8: Bool
  private var cells: [cchar_t] = []

  init(styles: StyleTable, isUTF8: Bool) {
    self.styles = styles
    self.isUTF8 = isUTF8
  }

  /// The cells of `columns`, continuations left out, for ncurses adds them itself.
  mutating func encode(_ row: ArraySlice<Cell>, columns: Range<Int>) -> [cchar_t] {
    cells.removeAll(keepingCapacity: true)
    let start = row.startIndex
    for cell in row[start + columns.lowerBound..<start + columns.upperBound] where !cell.isContinuation {
      append(cell)
    }
    return cells
  }

  private mutating func append(_ cell: Cell) {
    let rendition = styles.rendition(of: cell)
    let base = cell.baseScalarValue
    if base < 0x7F, !cell.hasMarks {
      append(wchar_t(base), rendition)
      return
    }
    guard isShowable(cell) else {
      // As many columns as the grid counted, whatever the C library thinks of the character.
      for _ in 0..<cell.width { append(isUTF8 ? 0xFFFD : 0x3F, rendition) }
      return
    }
    var text = (wchar_t(0), wchar_t(0), wchar_t(0), wchar_t(0))
    let scalars = cell.scalars
    text.0 = wchar_t(base)
    if scalars.count > 1 { text.1 = mark(scalars[1]) }
    if scalars.count > 2, text.1 != 0 { text.2 = mark(scalars[2]) }
    var made = cchar_t()
    withUnsafeBytes(of: &text) { bytes in
      guard let address = bytes.baseAddress?.assumingMemoryBound(to: wchar_t.self) else { return }
      _ = signalbox_make_cell(&made, address, rendition.attributes, rendition.pair)
    }
    cells.append(made)
  }

  /// A combining mark, or nothing where the C library would give it columns.
  private func mark(_ scalar: Unicode.Scalar) -> wchar_t {
    signalbox_columns_of(wchar_t(scalar.value)) == 0 ? wchar_t(scalar.value) : 0
  }

  private func isShowable(_ cell: Cell) -> Bool {
    isUTF8 && signalbox_columns_of(wchar_t(cell.baseScalarValue)) == Int32(cell.width)
  }

  private mutating func append(_ scalar: wchar_t, _ rendition: StyleTable.Rendition) {
    var text = (scalar, wchar_t(0))
    var made = cchar_t()
    withUnsafeBytes(of: &text) { bytes in
      guard let address = bytes.baseAddress?.assumingMemoryBound(to: wchar_t.self) else { return }
      _ = signalbox_make_cell(&made, address, rendition.attributes, rendition.pair)
    }
    cells.append(made)
  }
}
