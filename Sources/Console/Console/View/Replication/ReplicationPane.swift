import CellGrid
import Operations

/// The replication view: a link with its tables, or a page about its conflicts or its differing rows.
enum ReplicationPane {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard let snapshot = model.snapshot else { return }
    let area = layout.replication
    canvas.grid.fill(area, style: canvas.theme[.foreground])
    guard let link = model.link else {
      drawNothing(in: area, model: model, on: &canvas)
      return
    }
    let inside = canvas.box(
      area, title: title(link, model: model), trailing: state(link, model: model),
      remark: remark(model), role: link.state == .streaming ? .line : link.state.role, isFocused: model.dialogs.isEmpty)
    switch model.replicationPage {
    case .tables: LinkPage.draw(link, in: inside, box: area, snapshot: snapshot, model: model, on: &canvas)
    case .conflicts: ConflictList.draw(in: inside, box: area, model: model, on: &canvas)
    case .conflict: ConflictPage.draw(in: inside, box: area, model: model, on: &canvas)
    case .differences: DifferenceList.draw(link, in: inside, box: area, model: model, on: &canvas)
    }
    if model.lostSince != nil { canvas.fade(inside) }
  }

  private static func title(_ link: ReplicationLinkSnapshot, model: ConsoleModel) -> Line {
    let place = (model.links.firstIndex { $0.id == link.id } ?? 0) + 1
    let others: Line = model.links.count > 1 ? [Piece(" · \(place) of \(model.links.count), Tab next", .faint)] : []
    let head: Line = [Piece(link.way, bold: true), Piece(" · \(link.mode.rawValue)", .faint)]
    switch model.replicationPage {
    case .tables: return [Piece("Replication  ", bold: true)] + head + others
    case .conflicts: return [Piece("Conflicts  ", bold: true)] + head
    case .conflict: return [Piece("Conflict \(model.conflict.map { "\($0.id)" } ?? "")  ", bold: true)] + head
    case .differences: return [Piece("Differing rows  ", bold: true), .outside(model.table?.name ?? "", bold: true)]
    }
  }

  private static func state(_ link: ReplicationLinkSnapshot, model: ConsoleModel) -> Line {
    link.stateLine(now: model.now) + [Piece(" for \(Quantity.age(model.now - link.since))", .faint)]
  }

  /// What is being done about the link, or how the last of it went.
  private static func remark(_ model: ConsoleModel) -> Line {
    guard let operation = model.linkOperation else { return [] }
    if operation.state == .running {
      let index = operation.steps.firstIndex { $0.state == .running } ?? 0
      let step = operation.steps.indices.contains(index) ? operation.steps[index] : nil
      return [
        Piece("▸ \(index + 1)/\(operation.steps.count) ", .focus), .outside(step?.title ?? operation.title, bold: true),
        .outside(step.map { $0.detail.isEmpty ? "" : " · \($0.detail)" } ?? "", .faint),
        Piece(" · \(Quantity.age(model.now - operation.startedAt))", .faint),
      ]
    }
    let ago = operation.endedAt.map { " · \(Quantity.age(model.now - $0)) ago" } ?? ""
    if operation.state == .failed {
      return [
        Piece("✖ ", .down), .outside(operation.title), .outside(" · \(operation.failure ?? "failed")", .down),
        Piece(ago, .faint),
      ]
    }
    return [Piece("✓ ", .healthy), .outside(operation.title, .faint), Piece(ago, .faint)]
  }

  private static func drawNothing(in area: Rect, model: ConsoleModel, on canvas: inout Canvas) {
    let inside = canvas.box(area, title: [Piece("Replication", bold: true)], isFocused: model.dialogs.isEmpty)
    let lines: [Line] = [
      [Piece("No replication link is configured.", bold: true)],
      [Piece("What one database commits does not reach the other.")], [],
      [Piece("A link is named in the configuration, which is read when the host starts:", .faint)], [],
      [Piece("  replication:")], [Piece("    - {source: aws, target: azure, mode: stream}")], [],
      [Piece("stream       ", bold: true), Piece("one way, as changes commit", .faint)],
      [Piece("stream-both  ", bold: true), Piece("both ways; of two changes of one row the later wins", .faint)],
      [Piece("snapshot     ", bold: true), Piece("whole tables, for a source that cannot decode its log", .faint)],
      [Piece("native       ", bold: true), Piece("PostgreSQL's own subscription, watched", .faint)], [],
      [Piece("signalbox sync status", bold: true), Piece(" says then what each database still needs for it.", .faint)],
    ]
    for (offset, line) in lines.prefix(inside.height).enumerated() {
      canvas.write(line, at: Point(x: inside.x, y: inside.y + offset), width: inside.width)
    }
  }

  /// How far the page that is open can be scrolled by lines.
  static func scrollLimit(in model: ConsoleModel) -> Int {
    guard !model.isTooSmall, model.replicationPage == .conflict else { return 0 }
    let inside = ScreenLayout(model).replication.inset(left: 2, top: 1, right: 2, bottom: 1)
    return ConflictPage.scrollLimit(in: inside, model: model)
  }

  /// The row of the list that is under a cell; nil beside it.
  static func row(at point: Point, in model: ConsoleModel) -> Int? {
    guard let list = list(in: model), list.area.contains(point) else { return nil }
    return list.first + point.y - list.area.y
  }

  private static func list(in model: ConsoleModel) -> (area: Rect, first: Int)? {
    guard !model.isTooSmall, let link = model.link else { return nil }
    let inside = ScreenLayout(model).replication.inset(left: 2, top: 1, right: 2, bottom: 1)
    switch model.replicationPage {
    case .tables:
      let places = LinkPage.places(link, in: inside, model: model)
      return (places.list, LinkPage.first(in: places.list, model: model))
    case .conflicts: return ConflictList.place(in: inside, model: model)
    case .differences: return DifferenceList.place(in: inside, model: model)
    case .conflict: return nil
    }
  }
}
