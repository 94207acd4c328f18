import CellGrid
import Operations

/// A link: its figures, why it does not go on where it does not, and its tables.
enum LinkPage {
  struct Places {
    var facts: Rect
    var reasons: Rect
    /// The line between the figures and the tables.
    var divider: Int
    var header: Rect
    var list: Rect
    /// What there is to say of the selected table.
    var selected: Rect
  }

  static func places(_ link: ReplicationLinkSnapshot, in inside: Rect, model: ConsoleModel) -> Places {
    let brief = ScreenLayout.kind(of: model.size) == .compact
    let factRows = (brief ? 4 : 6) + (link.baseline == nil ? 0 : 1)
    let (facts, below) = inside.splitTop(factRows)
    // The list keeps at least five tables in sight; what the reasons say beyond their place is a key away.
    let room = max(0, below.height - 2 - 5 - 2)
    let wanted = reasonRows(link, width: inside.width).count
    let (reasons, rest) = below.splitTop(min(wanted, max(2, room)))
    let (_, tables) = rest.splitTop(1)
    let (header, listAndMore) = tables.splitTop(1)
    let (list, selected) = listAndMore.splitBottom(brief ? 2 : 3)
    return Places(facts: facts, reasons: reasons, divider: rest.y, header: header, list: list, selected: selected)
  }

  static func draw(
    _ link: ReplicationLinkSnapshot, in inside: Rect, box: Rect, snapshot: Snapshot, model: ConsoleModel,
    on canvas: inout Canvas
  ) {
    let places = places(link, in: inside, model: model)
    let brief = ScreenLayout.kind(of: model.size) == .compact
    let columns = CardRow.Columns(label: 10, figures: brief ? 48 : 26)
    for (offset, row) in LinkFacts.rows(link, in: snapshot, now: model.now, brief: brief).enumerated() {
      row.draw(at: places.facts.y + offset, in: places.facts, columns: columns, on: &canvas)
    }
    if let baseline = link.baseline {
      let row = places.facts.row(0).inset(left: columns.label)
      LinkFacts.drawBaseline(baseline, in: row, on: &canvas)
    }
    drawReasons(link, in: places.reasons, model: model, on: &canvas)
    let isFocused = model.dialogs.isEmpty
    canvas.divider(in: box, y: places.divider, title: TableList.totals(link), role: frame(link), isFocused: isFocused)
    let verdict = [Piece(" ")] + TableList.verdict(link, now: model.now) + [Piece(" ")]
    canvas.writeTrailing(
      verdict, in: Rect(x: box.x + box.width / 2, y: places.divider, width: box.width / 2 - 2, height: 1))
    drawTables(link, places, box: box, model: model, on: &canvas)
  }

  private static func frame(_ link: ReplicationLinkSnapshot) -> Theme.Role {
    link.state == .streaming ? .line : link.state.role
  }

  private static func drawTables(
    _ link: ReplicationLinkSnapshot, _ places: Places, box: Rect, model: ConsoleModel, on canvas: inout Canvas
  ) {
    let tables = model.shownTables
    let first = first(in: places.list, model: model)
    // Only what is in sight is made: a link may have thousands of tables.
    let window = Array(tables.dropFirst(first).prefix(max(0, places.list.height)))
    let area = Rect(x: places.header.x, y: places.header.y, width: places.header.width, height: places.list.height + 1)
    TableList.table(
      window, of: link, selected: model.table?.name, width: area.width, now: model.now, canvas: canvas
    )
    .draw(into: &canvas.grid, in: area, headerStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
    if tables.isEmpty {
      canvas.write("no table has been seen yet", .faint, at: places.list.origin, width: places.list.width)
    }
    ScrollIndicator(first: first, visible: places.list.height, total: tables.count).draw(
      into: &canvas.grid, in: Rect(x: box.right - 1, y: places.list.y, width: 1, height: places.list.height),
      style: canvas.theme[.focus], thumbStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
    drawSelected(places.selected, model: model, on: &canvas)
  }

  /// The first table in sight; the cursor stays within.
  static func first(in list: Rect, model: ConsoleModel) -> Int {
    let tables = model.shownTables
    let selection = tables.firstIndex { $0.name == model.table?.name } ?? 0
    return Table.window(first: 0, selection: selection, height: list.height, total: tables.count)
  }

  private static func drawSelected(_ area: Rect, model: ConsoleModel, on canvas: inout Canvas) {
    guard let table = model.table else { return }
    var rows: [Line] = []
    if let reason = table.reason, table.state != .streaming {
      let mark = Piece("\(table.state.mark) ", table.state.role)
      let lines = TextLayout.wrap(Outside.text(reason), to: max(10, area.width - 2))
      rows = lines.enumerated().map { index, text in [index == 0 ? mark : Piece("  "), Piece(text)] }
    } else if let verify = table.lastVerify {
      rows = [verify.verdict + [Piece(" · \(verify.account)", .faint)]]
      if let failure = verify.failure { rows.append([.outside("  \(failure)", .degraded)]) }
      if verify.differences > 0 {
        rows.append([
          Piece("  d", bold: true), Piece(" lists them, ", .faint), Piece("r", bold: true), Piece(" repairs", .faint),
        ])
      }
    } else if table.state == .streaming {
      rows = [[Piece("never verified: ", .faint), Piece("v", bold: true), Piece(" compares both sides", .faint)]]
    }
    let shown = min(rows.count, area.height)
    for (offset, row) in rows.prefix(shown).enumerated() {
      let isCut = offset == shown - 1 && rows.count > shown
      let line = isCut ? row + [Piece(" …  ", .faint), Piece(Keystroke(.enter).label(model.glyphs), bold: true)] : row
      canvas.write(line, at: Point(x: area.x, y: area.bottom - area.height + offset), width: area.width)
    }
  }

  private static func reasonRows(_ link: ReplicationLinkSnapshot, width: Int) -> [(isFirst: Bool, text: String)] {
    link.reasons.flatMap { reason in
      TextLayout.wrap(Outside.text(reason), to: max(10, width - 2)).enumerated().map { ($0.offset == 0, $0.element) }
    }
  }

  private static func drawReasons(
    _ link: ReplicationLinkSnapshot, in area: Rect, model: ConsoleModel, on canvas: inout Canvas
  ) {
    let rows = reasonRows(link, width: area.width)
    let role: Theme.Role = link.state == .blocked ? .down : .degraded
    for (offset, row) in rows.prefix(area.height).enumerated() {
      let isCut = offset == area.height - 1 && rows.count > area.height
      let mark = Piece(row.isFirst ? (role == .down ? "✖ " : "▲ ") : "  ", role)
      let more: Line =
        isCut
        ? [Piece("… ", .faint), Piece(Keystroke(.enter).label(model.glyphs), bold: true), Piece(" all", .faint)] : []
      let room = area.width - (isCut ? more.width(canvas.glyphs) + 1 : 0)
      canvas.write([mark, Piece(row.text)], at: Point(x: area.x, y: area.y + offset), width: room)
      if isCut { canvas.writeTrailing(more, in: area.row(offset)) }
    }
  }
}
