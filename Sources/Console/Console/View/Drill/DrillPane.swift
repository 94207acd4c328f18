import CellGrid
import Operations

/// The drill page: what goes on, what has been measured so far, what the users meet with, and where they are.
enum DrillPane {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let area = layout.drill
    canvas.grid.fill(area, style: canvas.theme[.foreground])
    guard let observed = model.drill else {
      drawNothing(in: area, model: model, on: &canvas)
      return
    }
    let drill = observed.value
    let isOld = observed.isStale(at: model.now)
    let inside = canvas.box(
      area, title: title(drill), trailing: trailing(observed, now: model.now), role: .degraded,
      isFocused: model.dialogs.isEmpty)
    let isTight = layout.kind == .compact
    var place = inside
    func take(_ rows: Int) -> Rect {
      let parts = place.splitTop(rows)
      place = parts.rest
      return parts.top
    }
    canvas.write(
      [Piece("\(canvas.glyphs.pointer) ", .focus), .outside(drill.phase, bold: true)], at: take(1).origin,
      width: inside.width)
    if !isTight { _ = take(1) }
    let facts = DrillFacts.users(drill)
    let instants = DrillFacts.instants(drill)
    let (left, right) = take(max(facts.count, instants.count) + 1).splitLeft(inside.width / 2)
    draw(heading: "Measured so far", instants, in: left.inset(right: 2), on: &canvas)
    draw(heading: "What users meet with", facts, in: right, on: &canvas)
    if !isTight { _ = take(1) }
    DrillGraphs(drill).draw(in: place, on: &canvas)
    if isOld || model.lostSince != nil { canvas.fade(inside) }
  }

  private static func title(_ drill: DrillSnapshot) -> Line {
    let run = drill.runs > 1 ? " · run \(drill.run) of \(drill.runs)" : ""
    return [Piece("Drill ", bold: true), .outside(drill.name, bold: true), Piece(run, .faint)]
  }

  private static func trailing(_ drill: Observation<DrillSnapshot>, now: Timestamp) -> Line {
    if drill.isStale(at: now) { return [Piece("? not heard of for \(Quantity.age(drill.age(at: now)))", .unknown)] }
    let hasBegun = drill.value.sinceFaultSeconds != nil
    return [
      Piece("\(hasBegun ? "▲" : "·") \(drill.value.when)", hasBegun ? .degraded : .faint, bold: hasBegun),
      Piece(" · running for \(Quantity.age(.seconds(DrillFacts.sane(drill.value.elapsedSeconds))))", .faint),
    ]
  }

  private static func draw(heading: String, _ rows: [Line], in area: Rect, on canvas: inout Canvas) {
    canvas.write([Piece(heading, bold: true)], at: area.origin, width: area.width)
    for (offset, row) in rows.enumerated() where offset + 1 < area.height {
      canvas.write(row, at: Point(x: area.x, y: area.y + 1 + offset), width: area.width)
    }
  }

  private static func drawNothing(in area: Rect, model: ConsoleModel, on canvas: inout Canvas) {
    let inside = canvas.box(area, title: [Piece("Drill", bold: true)], isFocused: model.dialogs.isEmpty)
    let lines: [Line] = [
      [Piece("No drill goes on.", bold: true)],
      [Piece("signalbox drill NAME begins one in a lab; it is shown here as long as it goes on.", .faint)],
    ]
    for (offset, line) in lines.prefix(inside.height).enumerated() {
      canvas.write(line, at: Point(x: inside.x, y: inside.y + offset), width: inside.width)
    }
  }
}
