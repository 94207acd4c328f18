import CellGrid
import Operations

/// A cloud's card.
enum CloudCard {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard let snapshot = model.snapshot else { return }
    for card in layout.cards {
      guard let cloud = snapshot.cloud(card.cloud) else { continue }
      draw(cloud, in: card.area, snapshot: snapshot, model: model, layout: layout, on: &canvas)
    }
    if layout.hiddenClouds > 0, let last = layout.cards.last {
      let row = Rect(x: last.area.x, y: last.area.bottom - 1, width: last.area.width - 2, height: 1)
      canvas.writeTrailing([Piece(" + \(layout.hiddenClouds) more clouds ", .faint)], in: row)
    }
  }

  private static func draw(
    _ cloud: CloudSnapshot, in area: Rect, snapshot: Snapshot, model: ConsoleModel, layout: ScreenLayout,
    on canvas: inout Canvas
  ) {
    let health = shownHealth(cloud, now: model.now)
    let isFocused = model.focus == .clouds && model.cloud == cloud.id && model.isOnMainScreen
    let frame: Theme.Role = health == .healthy ? .line : health.role
    let inside = canvas.box(
      area, title: title(cloud), trailing: state(cloud, health, model: model, canvas: canvas),
      remark: remark(cloud, health), role: frame, isFocused: isFocused)
    let brief = layout.kind == .compact
    let columns = CardRow.Columns(label: brief ? 9 : 10, figures: brief ? 16 : 16)
    let rows = CardRow.facts(of: cloud, in: snapshot, now: model.now, brief: brief)
    for (offset, row) in rows.enumerated() where offset < ScreenLayout.factRows(layout.kind) {
      row.draw(at: inside.y + offset, in: inside, columns: columns, on: &canvas)
    }
    var y = inside.y + ScreenLayout.factRows(layout.kind)
    if layout.vantageRows > 0 {
      CloudTables.drawVantages(
        cloud, box: area, y: y, rows: layout.vantageRows, role: frame, isFocused: isFocused, now: model.now,
        on: &canvas)
      y += layout.vantageRows
    }
    if layout.targetRows > 0 {
      CloudTables.drawTargets(
        cloud, box: area, y: y, rows: layout.targetRows, role: frame, isFocused: isFocused, on: &canvas)
    }
    if model.lostSince != nil { canvas.fade(inside) }
  }

  /// A verdict that has grown old says nothing about now.
  static func shownHealth(_ cloud: CloudSnapshot, now: Timestamp) -> Health {
    cloud.verdict.fresh(at: now)?.health ?? .unknown
  }

  private static func title(_ cloud: CloudSnapshot) -> Line {
    [.outside(cloud.id.rawValue, bold: true), .outside(" · \(cloud.region)", .faint)]
  }

  private static func state(_ cloud: CloudSnapshot, _ health: Health, model: ConsoleModel, canvas: Canvas) -> Line {
    let since = cloud.verdict.value.since
    let held = health == .healthy || cloud.verdict.isStale(at: model.now) ? "" : " \(Quantity.age(model.now - since))"
    return [Piece("\(canvas.glyphs.glyph(health)) \(health.word)\(held)", health.role, bold: health != .healthy)]
  }

  private static func remark(_ cloud: CloudSnapshot, _ health: Health) -> Line {
    guard health != .healthy else { return [] }
    if health != cloud.verdict.value.health { return [Piece("the verdict is too old to count on", health.role)] }
    guard let first = cloud.verdict.value.reasons.first else { return [] }
    let more = cloud.verdict.value.reasons.count - 1
    return [.outside(first, health.role)] + (more > 0 ? [Piece(" + \(more) more", .faint)] : [])
  }
}

extension Canvas {
  /// Draws what stands in `area` in the second strength: it is old, or not what is looked at now.
  mutating func fade(_ area: Rect) {
    let faint = theme[.faint]
    let line = theme[.line]
    grid.restyle(area) { style in style == line ? line : faint }
  }
}
