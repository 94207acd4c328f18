import CellGrid
import Operations

/// What may be done, what it would cost or what holds it; and in the same place, what is being done.
enum LeversPane {
  /// A line of the pane, and the lever it belongs to.
  struct Row {
    var line: Line
    var trailing: Line = []
    var lever: Int?
  }

  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let isFocused = model.focus == .levers && model.dialogs.isEmpty
    let running = model.snapshot?.runningOperation
    let inside = canvas.box(
      layout.levers, title: [Piece("Levers", bold: true)],
      trailing: running.map { state(of: $0, now: model.now) } ?? [],
      role: .line, isFocused: isFocused)
    for (offset, row) in rows(of: model, in: inside).enumerated() {
      let y = inside.y + offset
      let trailing = row.trailing.width(canvas.glyphs)
      let room = inside.width - (trailing > 0 ? trailing + 1 : 0)
      canvas.write(row.line, at: Point(x: inside.x, y: y), width: room)
      canvas.writeTrailing(row.trailing, in: Rect(x: inside.x, y: y, width: inside.width, height: 1))
    }
    if model.lostSince != nil { canvas.fade(inside) }
  }

  /// The pane's lines, as many as there is room for. What is happening stands before what may be done.
  static func rows(of model: ConsoleModel, in area: Rect) -> [Row] {
    guard model.snapshot != nil else { return [Row(line: [Piece("the host has not been heard yet", .faint)])] }
    let isShort = area.height <= 3
    var rows: [Row] = []
    if let running = model.snapshot?.runningOperation {
      rows += operation(running, now: model.now, brief: isShort)
      if !isShort { rows.append(Row(line: [])) }
    }
    let levers = model.levers
    for (index, lever) in levers.enumerated() {
      let isSelected = model.focus == .levers && model.selectedLever == lever
      rows += self.rows(lever, index: index, isSelected: isSelected, model: model, brief: isShort, width: area.width)
    }
    if levers.isEmpty { rows.append(Row(line: [Piece("no lever is configured", .faint)])) }
    if !isShort, model.snapshot?.runningOperation == nil, let last = model.snapshot?.operations.first,
      last.state == .failed
    {
      rows.append(Row(line: []))
      rows += operation(last, now: model.now, brief: false)
    }
    return Array(rows.prefix(max(0, area.height)))
  }

  private static func rows(
    _ lever: Lever, index: Int, isSelected: Bool, model: ConsoleModel, brief: Bool, width: Int
  ) -> [Row] {
    let key = Keymap.binding(for: lever.command)?.barLabel(model.glyphs) ?? ""
    let pointer = isSelected ? Piece("\(model.glyphs.pointer) ", .focus) : Piece("  ")
    let title = Quantity.left(TextLayout.truncate(Outside.text(lever.title), to: 15, ellipsis: "…"), 15)
    let head: Line = [
      pointer, Piece(Quantity.left(key, model.glyphs.enter == "⏎" ? 3 : 6), bold: true),
      Piece(title, lever.disabled == nil ? .foreground : .faint, bold: isSelected),
    ]
    let words = describe(lever, model: model)
    if brief {
      let said = Line(words.lines.joined(separator: [Piece(" · ", .faint)]))
      return [Row(line: head + words.state + [Piece("  ")] + said, lever: index)]
    }
    let room = max(10, width - indent.count)
    return [Row(line: head, trailing: words.state, lever: index)]
      + words.lines.flatMap { wrapped($0, to: room) }.map { Row(line: [Piece(indent)] + $0, lever: index) }
  }

  private static let indent = "     "

  /// A line that does not fit is broken; only those of one piece ever are.
  private static func wrapped(_ line: Line, to width: Int) -> [Line] {
    guard line.count == 1, let piece = line.first else { return [line] }
    return TextLayout.wrap(piece.text, to: width).map { [Piece($0, piece.role)] }
  }

  /// How a lever stands, and why.
  private static func describe(_ lever: Lever, model: ConsoleModel) -> (state: Line, lines: [Line]) {
    if let hold = lever.holds.first {
      let more: Line = lever.holds.count > 1 ? [Piece(" + \(lever.holds.count - 1) more", .faint)] : []
      let name: Line = [.outside(hold.name.rawValue)] + more
      let remedy: Line = [.outside("→ \(hold.hold?.remedy ?? "")", .faint)]
      return ([Piece("✖ held", .degraded)], [name, [.outside(hold.hold?.reason ?? "", .faint)], remedy])
    }
    if let disabled = lever.disabled { return ([Piece("— cannot move", .faint)], [[.outside(disabled, .faint)]]) }
    let clear = [Piece("✓", .healthy), Piece(" clear")]
    switch lever.action {
    case .undo: return (clear, [[.outside(lever.cost ?? "", .faint)]])
    case .shift:
      let arrows = model.glyphs.isASCII ? "Left/Right" : "←→"
      let next =
        model.staged.map { Piece("staged \($0.ratio)", .staged) } ?? Piece("\(arrows) stages a shift", .faint)
      return (clear, (lever.cost.map { [[.outside($0)]] } ?? []) + [[next]])
    }
  }

  /// An operation's steps in place; or only where it has come to.
  private static func operation(_ operation: OperationSnapshot, now: Timestamp, brief: Bool) -> [Row] {
    let index =
      operation.steps.firstIndex { $0.state == .running } ?? operation.steps.firstIndex { $0.state == .pending }
    if brief {
      let step = index.map { operation.steps[$0] } ?? operation.steps.last
      let place = "\((index ?? operation.steps.count - 1) + 1)/\(operation.steps.count)"
      let title: Line = [
        Piece("▸ ", .focus), Piece("\(place) ", bold: true), .outside(step?.title ?? operation.title),
        .outside(step.map { $0.detail.isEmpty ? "" : " · \($0.detail)" } ?? "", .faint),
      ]
      return [Row(line: title, trailing: [Piece(elapsed(operation.startedAt, operation.endedAt, now), .foreground)])]
    }
    let head: Line = [.outside(operation.title, bold: true)]
    let state = operation.state.isFinal ? self.state(of: operation, now: now) : []
    var rows = [
      Row(line: head), Row(line: state + [.outside("\(state.isEmpty ? "by " : " · ")\(operation.actor)", .faint)]),
    ]
    if operation.state == .done { return rows }
    if let failure = operation.failure { rows.append(Row(line: [.outside(failure, .down)])) }
    for step in operation.steps {
      let mark = Piece("\(GlyphSet.unicode.glyph(step.state)) ", step.state.role)
      let time = step.startedAt.map { elapsed($0, step.endedAt, now) } ?? ""
      rows.append(
        Row(
          line: [mark, .outside(step.title, step.state == .pending ? .faint : .foreground)],
          trailing: [Piece(time, .faint)]))
      if !step.detail.isEmpty, step.state == .running || step.state == .failed {
        rows.append(Row(line: [Piece("  "), .outside(step.detail, .faint)]))
      }
    }
    return rows
  }

  static func state(of operation: OperationSnapshot, now: Timestamp) -> Line {
    let time = elapsed(operation.startedAt, operation.endedAt, now)
    switch operation.state {
    case .running: return [Piece("▸ running \(time)", .focus)]
    case .done: return [Piece("✓", .healthy), Piece(" done in \(time)")]
    case .superseded: return [Piece("✓", .faint), Piece(" written; watching ended at \(time)", .faint)]
    case .failed: return [Piece("✖ failed after \(time)", .down)]
    }
  }

  private static func elapsed(_ start: Timestamp, _ end: Timestamp?, _ now: Timestamp) -> String {
    Quantity.right(Quantity.age((end ?? now) - start), 5)
  }
}
