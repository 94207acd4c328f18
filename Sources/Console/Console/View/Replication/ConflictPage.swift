import CellGrid
import Operations

/// Both versions of a row side by side, column by column; where they are unlike, a mark says so.
enum ConflictPage {
  static func draw(in inside: Rect, box: Rect, model: ConsoleModel, on canvas: inout Canvas) {
    guard let conflict = model.conflict else { return }
    let head = head(conflict, model: model, width: inside.width)
    for (offset, line) in head.enumerated() {
      canvas.write(line, at: Point(x: inside.x, y: inside.y + offset), width: inside.width)
    }
    let area = Rect(
      x: inside.x, y: inside.y + head.count, width: inside.width, height: max(0, inside.height - head.count - 1))
    let rows = rows(conflict, width: inside.width)
    let first = min(model.replicationView?.scroll ?? 0, max(0, rows.count - area.height))
    for (offset, row) in rows.dropFirst(first).prefix(area.height).enumerated() {
      draw(row, at: area.y + offset, in: area, on: &canvas)
    }
    ScrollIndicator(first: first, visible: area.height, total: rows.count).draw(
      into: &canvas.grid, in: Rect(x: box.right - 1, y: area.y, width: 1, height: area.height),
      style: canvas.theme[.focus], thumbStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
    canvas.write(foot(conflict), at: Point(x: inside.x, y: inside.bottom - 1), width: inside.width)
  }

  static func scrollLimit(in inside: Rect, model: ConsoleModel) -> Int {
    guard let conflict = model.conflict else { return 0 }
    let head = head(conflict, model: model, width: inside.width).count
    return max(0, rows(conflict, width: inside.width).count - max(0, inside.height - head - 1))
  }

  private struct Row {
    var name: String
    var kept: Piece
    var discarded: Piece
    var isUnlike: Bool
  }

  private struct Columns {
    let name: Int
    let value: Int

    init(_ width: Int) {
      name = min(24, max(12, width / 6))
      value = max(4, (width - name - 2 - 2 - 3) / 2)
    }
  }

  private static func head(_ conflict: ReplicationConflict, model: ConsoleModel, width: Int) -> [Line] {
    let columns = Columns(width)
    let indent = Quantity.left("", columns.name + 4)
    let kept = conflict.kept.map { version($0, now: model.now) } ?? "no row was there"
    let discarded = version(conflict.discarded, now: model.now)
    return [
      [
        .outside(conflict.table, bold: true), Piece("  "), .outside(conflict.key, bold: true),
        Piece("  \(conflict.kind.rawValue)"),
        Piece("  detected \(conflict.detectedAt.date) \(conflict.detectedAt.timeOfDay)Z", .faint),
      ],
      [],
      [
        Piece(indent), Piece(Quantity.left("kept", columns.value + 3), bold: true), Piece("discarded", bold: true),
      ],
      [
        Piece(indent), Piece(Quantity.left(cut(kept, columns.value), columns.value + 3), .faint),
        Piece(cut(discarded, columns.value), .faint),
      ],
    ]
  }

  private static func cut(_ text: String, _ width: Int) -> String {
    TextLayout.truncate(text, to: width, ellipsis: "…")
  }

  /// `aws 14:00:51.800Z`, with the date where it was another day.
  private static func version(_ version: RowVersion, now: Timestamp) -> String {
    let at = version.committedAt
    let (date, today) = (at.date, now.date)
    let day = date == today ? "" : date.prefix(4) == today.prefix(4) ? "\(date.suffix(5)) " : "\(date) "
    return "\(Outside.text(version.node.rawValue)) \(day)\(at.timeOfDay)\(at.description.suffix(5))"
  }

  private static func rows(_ conflict: ReplicationConflict, width: Int) -> [Row] {
    let columns = Columns(width)
    let keptIsGone = conflict.kept == nil || conflict.keptIsDeleted
    return conflict.columns.flatMap { column -> [Row] in
      let pair = TextPair(column.kept, column.discarded)
      let isUnlike = pair.isUnlike || keptIsGone != conflict.discardedIsDeleted
      let kept = conflict.kept == nil ? "(no row)" : keptIsGone ? "(deleted)" : pair.left
      let discarded = conflict.discardedIsDeleted ? "(deleted)" : pair.right
      let left = TextLayout.wrap(kept, to: columns.value)
      let right = TextLayout.wrap(discarded, to: columns.value)
      let leftRole: Theme.Role = keptIsGone || column.kept == nil ? .faint : .foreground
      let rightRole: Theme.Role = conflict.discardedIsDeleted || column.discarded == nil ? .faint : .foreground
      return (0..<max(left.count, right.count)).map { line in
        Row(
          name: line == 0 ? Outside.text(column.name) : "",
          kept: Piece(line < left.count ? left[line] : "", leftRole),
          discarded: Piece(line < right.count ? right[line] : "", rightRole), isUnlike: line == 0 && isUnlike)
      }
    }
  }

  private static func draw(_ row: Row, at y: Int, in area: Rect, on canvas: inout Canvas) {
    let columns = Columns(area.width)
    canvas.write(row.isUnlike ? "≠" : " ", .staged, at: Point(x: area.x, y: y), width: 1)
    canvas.write(row.name, .faint, at: Point(x: area.x + 2, y: y), width: columns.name)
    let start = area.x + columns.name + 4
    canvas.write([row.kept], at: Point(x: start, y: y), width: columns.value)
    canvas.write([row.discarded], at: Point(x: start + columns.value + 3, y: y), width: columns.value)
  }

  private static func foot(_ conflict: ReplicationConflict) -> Line {
    if let at = conflict.reappliedAt {
      return [
        Piece("✓", .healthy), Piece(" the discarded version was put back at \(at.date) \(at.timeOfDay)Z", .faint),
      ]
    }
    return [Piece("a", bold: true), Piece("  plan to put the discarded version back", .faint)]
  }
}
