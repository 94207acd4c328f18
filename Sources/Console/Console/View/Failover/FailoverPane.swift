import CellGrid
import Operations

/// The failover page: what it is about to do and why it does or does not; what a failover would lose; who may take
/// writes; and what has happened.
enum FailoverPane {
  /// A part of the page, under its own heading.
  struct Section {
    var title: Line
    var trailing: Line = []
    var rows: [DialogText.Row]
  }

  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard model.snapshot != nil else { return }
    let area = layout.failover
    canvas.grid.fill(area, style: canvas.theme[.foreground])
    guard let failover = model.failover else {
      drawNothing(in: area, model: model, on: &canvas)
      return
    }
    let state = failover.state
    let inside = canvas.box(
      area,
      title: [
        Piece("Failover", bold: true), Piece(" · policy ", .faint), Piece(failover.policy.rawValue),
        Piece(ScreenLayout.kind(of: model.size) == .compact ? "" : ": \(failover.policy.meaning)", .faint),
      ], trailing: trailing(failover, now: model.now),
      role: state == .watching ? .line : state.role, isFocused: model.dialogs.isEmpty)
    let head = FailoverHead.rows(failover, model: model, width: inside.width)
    let (headArea, body) = inside.splitTop(head.count)
    for (offset, row) in head.enumerated() { draw(row, in: headArea.row(offset), on: &canvas) }
    for (column, area) in columns(failover, in: body, model: model) {
      draw(column, in: area, scroll: model.failoverView?.scroll ?? 0, on: &canvas)
    }
    let total = lines(failover, in: body, model: model)
    ScrollIndicator(
      first: min(model.failoverView?.scroll ?? 0, max(0, total - body.height)), visible: body.height, total: total
    ).draw(
      into: &canvas.grid, in: Rect(x: area.right - 1, y: body.y, width: 1, height: body.height),
      style: canvas.theme[.focus], thumbStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
    if model.lostSince != nil { canvas.fade(inside) }
  }

  private static func draw(_ rows: [DialogText.Row], in area: Rect, scroll: Int, on canvas: inout Canvas) {
    let first = min(scroll, max(0, rows.count - area.height))
    for (offset, row) in rows.dropFirst(first).prefix(area.height).enumerated() {
      draw(row, in: area.row(offset), on: &canvas)
    }
  }

  private static func draw(_ row: DialogText.Row, in area: Rect, on canvas: inout Canvas) {
    let trailing = row.trailing.width(canvas.glyphs)
    canvas.write(row.line, at: area.origin, width: area.width - (trailing > 0 ? trailing + 2 : 0))
    canvas.writeTrailing(row.trailing, in: area)
  }

  private static func trailing(_ failover: FailoverSnapshot, now: Timestamp) -> Line {
    let state = failover.state
    let paused: Line = failover.isPaused ? [Piece("▲ paused", .degraded, bold: true), Piece(" · ", .faint)] : []
    return paused + [
      Piece("\(state.mark) \(state.word)", state.role, bold: state != .watching),
      Piece(" for \(Quantity.age(now - failover.since))", .faint),
    ]
  }

  /// What is looked at now on the left, what happened on the right where there is room for both.
  private static func sections(
    _ failover: FailoverSnapshot, model: ConsoleModel, width: Int
  ) -> (now: [Section], past: [Section]) {
    var now: [Section] = []
    if let operation = model.failoverOperation { now.append(underWay(operation, now: model.now, width: width)) }
    now.append(LedgerRows.standing(failover, width: width))
    now.append(LossRows.section(failover, now: model.now, width: width))
    now.append(RoleRows.section(failover, now: model.now, width: width))
    let timeline = Timeline(model).section(width: width, now: model.now)
    let past = [timeline] + LedgerRows.decision(failover, now: model.now, width: width)
    let all = LedgerRows.all(failover, width: width)
    return ScreenLayout.kind(of: model.size) == .wide ? (now + all, past) : (now, past + all)
  }

  private static func underWay(_ operation: OperationSnapshot, now: Timestamp, width: Int) -> Section {
    let rows =
      OperationRows.steps(operation, now: now, width: width, height: .max)
      + OperationRows.steering(operation, width: width)
    return Section(
      title: [.outside(operation.title, bold: true), .outside(" · by \(operation.actor)", .faint)],
      trailing: OperationRows.state(of: operation, now: now),
      rows: rows.map { DialogText.Row($0.line, trailing: $0.trailing) })
  }

  private static func columns(
    _ failover: FailoverSnapshot, in body: Rect, model: ConsoleModel
  ) -> [(rows: [DialogText.Row], area: Rect)] {
    guard ScreenLayout.kind(of: model.size) == .wide else {
      let parts = sections(failover, model: model, width: body.width)
      let isTight = ScreenLayout.kind(of: model.size) == .compact
      return [(rows(parts.now + parts.past, width: body.width, tight: isTight), body)]
    }
    let (left, rest) = body.splitLeft(body.width * 11 / 20)
    let right = rest.inset(left: 3)
    return [
      (rows(sections(failover, model: model, width: left.width).now, width: left.width), left),
      (rows(sections(failover, model: model, width: right.width).past, width: right.width), right),
    ]
  }

  private static func rows(_ sections: [Section], width: Int, tight: Bool = false) -> [DialogText.Row] {
    sections.enumerated().flatMap { index, section -> [DialogText.Row] in
      let used = section.title.width(.unicode) + section.trailing.width(.unicode) + 2
      let rule = Piece(" " + String(repeating: "─", count: max(0, width - used)) + " ", .line)
      return (index == 0 || tight ? [] : [DialogText.Row.blank])
        + [DialogText.Row(section.title + [rule] + section.trailing)] + section.rows
    }
  }

  private static func lines(_ failover: FailoverSnapshot, in body: Rect, model: ConsoleModel) -> Int {
    columns(failover, in: body, model: model).map(\.rows.count).max() ?? 0
  }

  private static func body(_ failover: FailoverSnapshot, in model: ConsoleModel) -> Rect {
    let inside = ScreenLayout(model).failover.inset(left: 2, top: 1, right: 2, bottom: 1)
    return inside.splitTop(FailoverHead.rows(failover, model: model, width: inside.width).count).rest
  }

  /// How far the page can be scrolled.
  static func scrollLimit(in model: ConsoleModel) -> Int {
    guard !model.isTooSmall, let failover = model.failover else { return 0 }
    let body = body(failover, in: model)
    return max(0, lines(failover, in: body, model: model) - body.height)
  }

  /// The lines at which the sections begin.
  static func sectionStarts(in model: ConsoleModel) -> [Int] {
    guard !model.isTooSmall, let failover = model.failover else { return [] }
    let body = body(failover, in: model)
    let parts = sections(failover, model: model, width: body.width)
    let gap = ScreenLayout.kind(of: model.size) == .compact ? 0 : 1
    var (starts, line) = ([Int](), 0)
    for section in parts.now + parts.past {
      starts.append(line)
      line += section.rows.count + 1 + gap
    }
    return starts
  }

  private static func drawNothing(in area: Rect, model: ConsoleModel, on canvas: inout Canvas) {
    let inside = canvas.box(area, title: [Piece("Failover", bold: true)], isFocused: model.dialogs.isEmpty)
    let lines: [Line] = [
      [Piece("No failover is configured.", bold: true)],
      [Piece("Traffic is moved by its weights; nothing moves the primary, and nothing is watched for it.")], [],
      [Piece("It is named in the configuration, which is read when the host starts:", .faint)], [],
      [Piece("  failover:")], [Piece("    policy: advise")], [],
      [Piece("manual     ", bold: true), Piece("only a person moves the primary", .faint)],
      [Piece("advise     ", bold: true), Piece("it proposes, a person confirms", .faint)],
      [Piece("automatic  ", bold: true), Piece("it acts by itself, never past an interlock", .faint)],
    ]
    for (offset, line) in lines.prefix(inside.height).enumerated() {
      canvas.write(line, at: Point(x: inside.x, y: inside.y + offset), width: inside.width)
    }
  }
}
