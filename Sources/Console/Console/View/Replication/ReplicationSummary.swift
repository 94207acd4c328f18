import CellGrid
import Operations

/// Replication on the main screen: a line for each link, and where there is room the tables.
enum ReplicationSummary {
  /// Rows that it wants between the weights and the levers; 0 where nothing is replicated.
  static func height(_ model: ConsoleModel) -> Int { model.links.isEmpty ? 0 : min(model.links.count, 3) + 2 }

  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let area = layout.replication
    guard let snapshot = model.snapshot, area.height > 2, let gravest = model.links.first else { return }
    let inside = canvas.box(
      area, title: [Piece("Replication", bold: true), Piece("  s", bold: true), Piece(" opens it", .faint)],
      trailing: layout.kind == .wide ? TableList.verdict(gravest, now: model.now) : [])
    let isWide = layout.kind == .wide
    var y = inside.y
    for link in model.links.prefix(isWide ? 4 : inside.height) {
      draw(link, at: y, in: inside, snapshot: snapshot, now: model.now, isNarrow: isWide, on: &canvas)
      y += isWide ? 2 : 1
    }
    let hidden = model.links.count - (isWide ? 4 : inside.height)
    if hidden > 0 {
      let row = Rect(x: area.x, y: area.bottom - 1, width: area.width - 2, height: 1)
      canvas.writeTrailing([Piece(" + \(hidden) more links ", .faint)], in: row)
    }
    if isWide, let link = model.link { drawTables(link, from: y, in: inside, box: area, model: model, on: &canvas) }
    if model.lostSince != nil { canvas.fade(inside) }
  }

  private static func draw(
    _ link: ReplicationLinkSnapshot, at y: Int, in inside: Rect, snapshot: Snapshot, now: Timestamp, isNarrow: Bool,
    on canvas: inout Canvas
  ) {
    let way = Quantity.left(TextLayout.truncate(link.way, to: 18, ellipsis: "…"), 18)
    let state = Quantity.left("\(link.state.mark) \(link.state.word)", 14)
    let head: Line = [Piece("\(way) "), Piece(state, link.state.role, bold: link.state != .streaming)]
    let figures = lag(link, now: now)
    let rate: Line = [Piece("  "), Piece(Quantity.rate(link.rowsPerSecond)), Piece(" rows/s", .faint)]
    let graph = CardRow.Graph(
      samples: link.rowsHistory, minimumTop: 10, endsAt: snapshot.generatedAt, isPeak: false)
    if isNarrow {
      let end = inside.x + canvas.write(head + rate, at: Point(x: inside.x, y: y), width: inside.width)
      draw(graph, from: end + 2, to: inside.right, y: y, on: &canvas)
      canvas.write([Piece("  ")] + (trouble(link) ?? figures), at: Point(x: inside.x, y: y + 1), width: inside.width)
      return
    }
    if let trouble = trouble(link) {
      canvas.write(head + trouble, at: Point(x: inside.x, y: y), width: inside.width)
      return
    }
    let end = inside.x + canvas.write(head + figures + rate, at: Point(x: inside.x, y: y), width: inside.width)
    draw(graph, from: end + 2, to: inside.right, y: y, on: &canvas)
  }

  private static func draw(
    _ graph: CardRow.Graph, from start: Int, to end: Int, y: Int, on canvas: inout Canvas
  ) {
    guard end - start > 4 else { return }
    graph.draw(in: Rect(x: start, y: y, width: end - start, height: 1), on: &canvas)
  }

  /// Why it does not go on, in place of figures that say nothing then.
  private static func trouble(_ link: ReplicationLinkSnapshot) -> Line? {
    guard link.state == .blocked || link.state == .retrying, let reason = link.reasons.first else { return nil }
    return [.outside(reason)]
  }

  private static func lag(_ link: ReplicationLinkSnapshot, now: Timestamp) -> Line {
    guard let observation = link.lag else { return [Piece("lag not known", .faint)] }
    let lag = observation.value
    if observation.isStale(at: now) {
      return [Piece("lag as it was \(Quantity.age(observation.age(at: now))) ago", .faint)]
    }
    return [
      Piece("received", .faint), Piece(Quantity.behind(lag.receivedSeconds)),
      Piece(Quantity.bytes(lag.receivedBytes), .faint), Piece(" applied", .faint),
      Piece(Quantity.behind(lag.appliedSeconds)), Piece(Quantity.bytes(lag.appliedBytes), .faint),
    ]
  }

  private static func drawTables(
    _ link: ReplicationLinkSnapshot, from y: Int, in inside: Rect, box: Rect, model: ConsoleModel,
    on canvas: inout Canvas
  ) {
    guard y + 2 < inside.bottom else { return }
    canvas.divider(in: box, y: y, title: TableList.totals(link))
    let area = Rect(x: inside.x, y: y + 1, width: inside.width, height: inside.bottom - y - 1)
    let tables = Array(model.shownTables.prefix(area.height - 1))
    TableList.table(
      tables, of: link, selected: nil, width: min(area.width, 89), now: model.now, canvas: canvas
    )
    .draw(into: &canvas.grid, in: area, headerStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
    let hidden = link.tables.count - tables.count
    guard hidden > 0 else { return }
    let row = Rect(x: box.x, y: box.bottom - 1, width: box.width - 2, height: 1)
    canvas.writeTrailing([Piece(" + \(hidden) more tables ", .faint)], in: row)
  }
}
