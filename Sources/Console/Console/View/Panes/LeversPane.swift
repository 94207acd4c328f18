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
    let running = model.steeredOperation
    let isProgress = layout.isProgressAlone
    let title: Line =
      isProgress
      ? [.outside(running?.title ?? "", bold: true), .outside(" · by \(running?.actor ?? "")", .faint)]
      : [Piece("Levers", bold: true)]
    let inside = canvas.box(
      layout.levers, title: title, trailing: running.map { OperationRows.state(of: $0, now: model.now) } ?? [],
      role: .line, isFocused: isFocused)
    for (offset, row) in rows(of: model, in: inside, progressAlone: isProgress).enumerated() {
      draw(row, in: inside.row(offset), on: &canvas)
    }
    if model.lostSince != nil { canvas.fade(inside) }
  }

  static func draw(_ row: Row, in area: Rect, on canvas: inout Canvas) {
    guard !area.isEmpty else { return }
    let trailing = row.trailing.width(canvas.glyphs)
    canvas.write(row.line, at: area.origin, width: area.width - (trailing > 0 ? trailing + 1 : 0))
    canvas.writeTrailing(row.trailing, in: area)
  }

  /// The pane's lines, as many as there is room for. What is happening stands before what may be done.
  static func rows(of model: ConsoleModel, in area: Rect, progressAlone: Bool = false) -> [Row] {
    guard model.snapshot != nil else { return [Row(line: [Piece("the host has not been heard yet", .faint)])] }
    if progressAlone, let operation = model.steeredOperation { return progress(operation, in: area, now: model.now) }
    let isShort = area.height <= 3
    let running = model.steeredOperation
    let last = model.snapshot?.operations.first
    let ended = running == nil && last?.state.isMishap == true ? last : nil
    var above: [Row] = []
    var below: [Row] = []
    if isShort {
      if let running { above = [OperationRows.brief(running, now: model.now)] }
      if let ended, ended.kind == .failover { above = [OperationRows.ending(ended, now: model.now)] }
    } else {
      if let running { above = OperationRows.full(running, now: model.now, width: area.width) + [Row(line: [])] }
      if let ended { below = [Row(line: [])] + OperationRows.full(ended, now: model.now, width: area.width) }
      if ended?.kind == .failover { (above, below) = (below.dropFirst() + [Row(line: [])], []) }
    }
    let room = area.height - above.count
    return Array(
      (above + levers(of: model, width: area.width, height: room, isShort: isShort) + below).prefix(area.height))
  }

  private static func progress(_ operation: OperationSnapshot, in area: Rect, now: Timestamp) -> [Row] {
    let steering = OperationRows.steering(operation, width: area.width)
    let room = area.height - steering.count
    let steps = OperationRows.steps(operation, now: now, width: area.width, height: room)
    return steps + Array(repeating: Row(line: []), count: max(0, room - steps.count)) + steering
  }

  /// Every lever in full where there is room; else the one that matters now, and of the others a line.
  private static func levers(of model: ConsoleModel, width: Int, height: Int, isShort: Bool) -> [Row] {
    let levers = model.levers
    guard !levers.isEmpty else { return [Row(line: [Piece("no lever is configured", .faint)])] }
    let longest = levers.map { DisplayWidth.of(Outside.text($0.title)) + 1 }.max() ?? 0
    let titleWidth = model.failover == nil ? 15 : min(24, max(15, longest))
    func rows(_ detail: (Int) -> LeverRows.Detail) -> [Row] {
      levers.enumerated().flatMap { index, lever in
        LeverRows.rows(
          lever, index: index, titleWidth: titleWidth, detail: detail(index), model: model, width: width)
      }
    }
    let selected = model.focus == .levers ? min(max(0, model.leverIndex), levers.count - 1) : 0
    if !isShort {
      let full = rows { _ in .full }
      // With only the weights to move the pane stays as it is, whatever its height.
      if full.count <= height || model.failover == nil { return full }
      for others in [LeverRows.Detail.twoLines, .oneLine] {
        let short = rows { $0 == selected ? .full : others }
        if short.count <= height { return short }
      }
    }
    let short = rows { _ in .oneLine }
    let first = Table.window(first: 0, selection: selected, height: max(1, height), total: short.count)
    return Array(short.dropFirst(first))
  }
}

extension OperationSnapshot.State {
  /// Whether it ended otherwise than it was meant to.
  fileprivate var isMishap: Bool { self == .failed || self == .aborted }
}
