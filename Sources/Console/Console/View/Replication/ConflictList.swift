import CellGrid
import Operations

/// The conflicts that a link has logged, newest first.
enum ConflictList {
  static func place(in inside: Rect, model: ConsoleModel) -> (area: Rect, first: Int) {
    let (_, below) = inside.splitTop(1)
    let (area, _) = below.splitBottom(1)
    let conflicts = model.shownConflicts
    let selection = conflicts.firstIndex { $0.id == model.conflict?.id } ?? 0
    return (area, Table.window(first: 0, selection: selection, height: area.height, total: conflicts.count))
  }

  static func draw(in inside: Rect, box: Rect, model: ConsoleModel, on canvas: inout Canvas) {
    guard let reading = model.conflictReading else { return }
    let conflicts = model.shownConflicts
    let (area, first) = place(in: inside, model: model)
    let window = Array(conflicts.dropFirst(first).prefix(max(0, area.height)))
    if !conflicts.isEmpty {
      let frame = Rect(x: inside.x, y: inside.y, width: inside.width, height: area.height + 1)
      table(window, model: model, canvas: canvas)
        .draw(into: &canvas.grid, in: frame, headerStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
    } else if reading.value != nil, reading.ticket == nil {
      canvas.write("the log holds no conflict", .faint, at: inside.origin, width: inside.width)
    }
    ScrollIndicator(first: first, visible: area.height, total: conflicts.count).draw(
      into: &canvas.grid, in: Rect(x: box.right - 1, y: area.y, width: 1, height: area.height),
      style: canvas.theme[.focus], thumbStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
    let foot = inside.row(inside.height - 1)
    let said = reading.line(what: "the conflicts", now: model.now)
    // On an empty page it stands where one looks first.
    let place = conflicts.isEmpty && reading.value == nil ? area.origin : foot.origin
    canvas.write(said, at: place, width: foot.width)
    if reading.ticket == nil { canvas.writeTrailing(news(model), in: foot) }
  }

  /// What has been logged since the list was read, and how much of the log it is.
  private static func news(_ model: ConsoleModel) -> Line {
    guard let logged = model.link?.conflicts, let listed = model.conflictReading?.value else { return [] }
    let unread = logged - max(listed.count, model.replicationView?.loggedWhenRead ?? 0)
    if unread > 0, listed.count < ReplicationView.rowLimit {
      return [
        Piece("\(Quantity.count(unread)) not in this list: ", .faint), Piece("c", bold: true),
        Piece(" reads anew", .faint),
      ]
    }
    // So many rows at most, and so many bytes.
    guard logged > listed.count else { return [] }
    return [Piece("the newest \(listed.count) of \(Quantity.conflicts(logged))", .faint)]
  }

  private static func table(_ conflicts: [ReplicationConflict], model: ConsoleModel, canvas: Canvas) -> Table {
    let isNarrow = ScreenLayout.kind(of: model.size) == .compact
    let idWidth = conflicts.map { String($0.id).count }.max() ?? 0
    let columns: [Table.Column] = [
      .init("", width: .fixed(1)), .init("id", width: .fixed(min(max(2, idWidth), 19)), alignment: .trailing),
      .init("time", width: .fixed(8)),
      .init("table", width: .flexible(weight: 2, minimum: 12, maximum: 40), cut: .middle),
      .init("key", width: .flexible(weight: 2, minimum: 8, maximum: 48), cut: .middle),
      .init("kind", width: .fixed(13)),
      .init("winner", width: .flexible(weight: 1, minimum: 7, maximum: 20)),
      isNarrow ? .init("back", width: .fixed(4)) : .init("", width: .fixed(10)),
    ]
    let rows = conflicts.map { conflict -> [Span] in
      let isSelected = conflict.id == model.conflict?.id
      let day =
        conflict.detectedAt.date == model.now.date
        ? conflict.detectedAt.timeOfDay : " \(conflict.detectedAt.date.suffix(5))"
      let winner = conflict.kept.map { Outside.text($0.node.rawValue) + (conflict.keptIsDeleted ? " (deleted)" : "") }
      let pieces: [Piece] = [
        Piece(isSelected ? "▸" : " ", .focus), Piece("\(conflict.id)", .faint), Piece(day, .faint),
        .outside(conflict.table, bold: isSelected),
        .outside(conflict.key, bold: isSelected), Piece(conflict.kind.rawValue),
        Piece(winner ?? "— no row", winner == nil ? .faint : .foreground),
        Piece(conflict.reappliedAt == nil ? "" : isNarrow ? "✓" : "✓ put back", .healthy),
      ]
      return pieces.map { canvas.spans([$0]).first ?? Span("", canvas.theme[.foreground]) }
    }
    return Table(columns: columns, rows: rows)
  }
}
