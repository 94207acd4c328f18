extension CellGrid {
  /// Writes one line of text from `point` rightwards.
  ///
  /// The text is drawn, never interpreted: control characters and line breaks become U+FFFD (see ``TextSanitizer`` for a
  /// kinder form). A wide character that does not fit whole at an edge leaves a space. Overwriting half of a wide
  /// character blanks its other half. Joined emoji, flags and skin tones are drawn in the plain form on whose width all
  /// terminals agree.
  ///
  /// - Parameters:
  ///   - point: where the first character stands; may lie left of the grid or of `clip`.
  ///   - maxWidth: columns the text may take at most; without it, up to the edge.
  ///   - clip: cells outside it stay as they are.
  /// - Returns: the columns from `point` that the text has taken, so that what follows stands at `point.x` plus that.
  @discardableResult
  public mutating func write(
    _ text: some StringProtocol, at point: Point, style: Style, maxWidth: Int? = nil, clip: Rect? = nil
  ) -> Int {
    let area = bounds.intersection(clip ?? bounds)
    let limit = min(area.right, maxWidth.map { point.x + max(0, $0) } ?? area.right)
    guard point.y >= area.y, point.y < area.bottom, point.x < limit else { return 0 }
    var pen = Pen(
      x: point.x, row: point.y * size.width, left: area.x, limit: limit, style: style.packed)
    let drawn: Void? = text.utf8.withContiguousStorageIfAvailable { write($0, with: &pen) }
    if drawn == nil { Array(text.utf8).withUnsafeBufferPointer { write($0, with: &pen) } }
    return min(pen.x, limit) - point.x
  }

  /// Where the next character goes, and between which columns.
  struct Pen {
    var x: Int
    /// Index of the row's first cell.
    let row: Int
    /// First column that may be drawn.
    let left: Int
    /// First column that may not.
    let limit: Int
    let style: UInt64
    /// Index of the cell that a combining mark belongs to.
    var last: Int?
    var reader = ClusterReader()
  }

  private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>, with pen: inout Pen) {
    let width = size.width
    cells.withUnsafeMutableBufferPointer { cells in
      var index = 0
      while index < bytes.count {
        let byte = bytes[index]
        if byte < 0x80 {
          guard Self.put(asciiOf: byte, with: &pen, into: cells, width: width) else { return }
          index += 1
          continue
        }
        let (scalar, length) = Self.decode(bytes, at: index)
        index += length
        guard Self.put(pen.reader.read(scalar), with: &pen, into: cells, width: width) else { return }
      }
    }
  }

  /// Draws an ASCII character. False when the line is full.
  @inline(__always)
  private static func put(
    asciiOf byte: UInt8, with pen: inout Pen, into cells: UnsafeMutableBufferPointer<Cell>, width: Int
  ) -> Bool {
    let step = pen.reader.readASCII(byte)
    return put(base: step, columns: 1, with: &pen, into: cells, width: width)
  }

  private static func put(
    _ step: ClusterReader.Step, with pen: inout Pen, into cells: UnsafeMutableBufferPointer<Cell>, width: Int
  ) -> Bool {
    switch step {
    case .nothing: return true
    case .mark(let scalar):
      if let last = pen.last { cells[last].addMark(scalar) }
      return true
    case .base(let scalar, let columns):
      return put(base: scalar, columns: columns, with: &pen, into: cells, width: width)
    }
  }

  /// Draws a character of one or two columns. False when the line is full.
  @inline(__always)
  private static func put(
    base: Unicode.Scalar, columns: Int, with pen: inout Pen, into cells: UnsafeMutableBufferPointer<Cell>, width: Int
  ) -> Bool {
    let x = pen.x
    guard x < pen.limit else { return false }
    pen.x += columns
    pen.last = nil
    let end = min(pen.x, pen.limit)
    guard end > pen.left else { return true }
    let begin = max(x, pen.left)
    releaseHalves(from: begin, to: end, row: pen.row, in: cells, width: width)
    guard end - begin == columns else {
      // Half of a wide character does not fit.
      for column in begin..<end { cells[pen.row + column] = .blank(pen.style) }
      return true
    }
    cells[pen.row + begin] = Cell(scalarBits: UInt64(base.value), width: columns, packedStyle: pen.style)
    if columns == 2 { cells[pen.row + begin + 1] = Cell(scalarBits: 0, width: 0, packedStyle: pen.style) }
    pen.last = pen.row + begin
    return true
  }

  @inline(__always)
  private static func releaseHalves(
    from: Int, to: Int, row: Int, in cells: UnsafeMutableBufferPointer<Cell>, width: Int
  ) {
    if cells[row + from].isContinuation, from > 0 {
      cells[row + from - 1] = .blank(cells[row + from - 1].styleBits & Cell.styleMask)
    }
    if to < width, cells[row + to].isContinuation {
      cells[row + to] = .blank(cells[row + to].styleBits & Cell.styleMask)
    }
  }

  /// The scalar that begins at `index` of valid UTF-8, and its bytes. A String's storage is always valid.
  private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Unicode.Scalar, Int) {
    let first = UInt32(bytes[index])
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard index + length <= bytes.count else { return (ClusterReader.replacement, bytes.count - index) }
    var value = first & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? ClusterReader.replacement, length)
  }
}
