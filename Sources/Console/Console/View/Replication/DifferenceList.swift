import CellGrid
import Operations

/// The rows of a table that its last comparison found to differ.
enum DifferenceList {
  static func place(in inside: Rect, model: ConsoleModel) -> (area: Rect, first: Int) {
    let (_, below) = inside.splitTop(2)
    let (area, _) = below.splitBottom(1)
    let rows = model.shownDifferences
    let selection = min(model.replicationView?.differenceIndex ?? 0, max(0, rows.count - 1))
    return (area, Table.window(first: 0, selection: selection, height: area.height, total: rows.count))
  }

  static func draw(
    _ link: ReplicationLinkSnapshot, in inside: Rect, box: Rect, model: ConsoleModel, on canvas: inout Canvas
  ) {
    guard let reading = model.differenceReading else { return }
    if let verify = model.table?.lastVerify {
      let line =
        verify.verdict + [
          Piece(" · \(verify.account) · \(Quantity.age(model.now - verify.at)) ago", .faint)
        ]
      canvas.write(line, at: inside.origin, width: inside.width)
    }
    let rows = model.shownDifferences
    let (area, first) = place(in: inside, model: model)
    let window = Array(rows.dropFirst(first).prefix(max(0, area.height)))
    if !rows.isEmpty {
      let selection = min(model.replicationView?.differenceIndex ?? 0, rows.count - 1) - first
      let frame = Rect(x: inside.x, y: area.y - 1, width: inside.width, height: area.height + 1)
      table(window, selection: selection, link: link, canvas: canvas)
        .draw(into: &canvas.grid, in: frame, headerStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
    } else if reading.value != nil, reading.ticket == nil {
      canvas.write(
        "the host names no row of this table any more: verify it again", .faint, at: area.origin, width: area.width)
    }
    ScrollIndicator(first: first, visible: area.height, total: rows.count).draw(
      into: &canvas.grid, in: Rect(x: box.right - 1, y: area.y, width: 1, height: area.height),
      style: canvas.theme[.focus], thumbStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
    let foot = inside.row(inside.height - 1)
    let said = reading.line(what: "the differing rows", now: model.now)
    // On an empty page it stands where one looks first.
    let place = rows.isEmpty && reading.value == nil ? area.origin : foot.origin
    canvas.write(said, at: place, width: foot.width)
    let isFull = (reading.value?.count ?? 0) >= ReplicationView.rowLimit
    if isFull { canvas.writeTrailing([Piece("the first \(ReplicationView.rowLimit) of the link", .faint)], in: foot) }
  }

  private static func table(
    _ rows: [TableDifference], selection: Int, link: ReplicationLinkSnapshot, canvas: Canvas
  ) -> Table {
    let (source, target) = (Outside.text(link.source.rawValue), Outside.text(link.target.rawValue))
    let columns: [Table.Column] = [
      .init("", width: .fixed(1)), .init("how", width: .flexible(minimum: 16, maximum: 30)),
      .init("key", width: .flexible(weight: 3, minimum: 10), cut: .middle),
    ]
    let spans = rows.enumerated().map { index, row -> [Span] in
      let isSelected = index == selection
      let pieces: [Piece] = [
        Piece(isSelected ? "▸" : " ", .focus), Piece("✖ \(row.kind.words(source: source, target: target))", .down),
        .outside(row.key, bold: isSelected),
      ]
      return pieces.map { canvas.spans([$0]).first ?? Span("", canvas.theme[.foreground]) }
    }
    return Table(columns: columns, rows: spans)
  }
}
