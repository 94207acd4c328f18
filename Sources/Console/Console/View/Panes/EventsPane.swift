import CellGrid
import Operations

/// What happened, newest first.
enum EventsPane {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard layout.events.height > 2 else { return }
    let isFocused = model.focus == .events && model.dialogs.isEmpty
    let inside = canvas.box(
      layout.events, title: title(model), trailing: count(model), role: .line, isFocused: isFocused)
    let events = visible(in: model, height: inside.height)
    let chosen = model.chosenEvent ?? events.first?.id
    for (offset, event) in events.enumerated() {
      let row = inside.row(offset)
      draw(event, isSelected: isFocused && event.id == chosen, model: model, in: row, on: &canvas)
    }
    if events.isEmpty {
      let words = model.filter.isActive ? "no event holds these words" : "nothing has happened yet"
      canvas.write(words, .faint, at: inside.origin, width: inside.width)
    }
    let shown = model.shownEvents
    let first = events.first.flatMap { top in shown.firstIndex { $0.id == top.id } } ?? 0
    ScrollIndicator(first: first, visible: inside.height, total: shown.count).draw(
      into: &canvas.grid, in: Rect(x: inside.right + 1, y: inside.y, width: 1, height: inside.height),
      style: canvas.theme[isFocused ? .focus : .line], thumbStyle: canvas.theme[.faint], glyphs: canvas.glyphs)
  }

  /// The events in the window, which follows the cursor.
  static func visible(in model: ConsoleModel, height: Int) -> ArraySlice<Event> {
    let events = model.shownEvents
    guard height > 0 else { return [] }
    let index = model.chosenEvent.flatMap { id in events.firstIndex { $0.id == id } } ?? 0
    let first = Table.window(first: 0, selection: index, height: height, total: events.count)
    return events[first..<min(events.count, first + height)]
  }

  private static func draw(
    _ event: Event, isSelected: Bool, model: ConsoleModel, in row: Rect, on canvas: inout Canvas
  ) {
    let day = event.at.date == model.now.date ? event.at.timeOfDay : " \(event.at.date.suffix(5))  "
    let role = event.severity.role
    let isGrave = event.severity == .critical
    let subject = Quantity.left(TextLayout.truncate(Outside.text(event.subject), to: 9, ellipsis: "…"), 9)
    let actor: Line = event.actor.map { [.outside(String($0.prefix { $0 != " " }), .faint)] } ?? []
    let pointer = isSelected ? "\(model.glyphs.pointer)" : " "
    let line: Line = [
      Piece(pointer, .focus), Piece("\(day) ", .faint), Piece("\(canvas.glyphs.glyph(event.severity))", role),
      Piece(" \(subject) ", .faint),
      .outside(event.message, event.severity == .info ? .faint : .foreground, bold: isSelected || isGrave),
    ]
    let actorWidth = actor.width(canvas.glyphs)
    let start = Point(x: row.x - 1, y: row.y)
    let showsActor = actorWidth > 0 && actorWidth < row.width / 3
    canvas.write(line, at: start, width: row.width + 1 - (showsActor ? actorWidth + 2 : 0))
    if showsActor { canvas.writeTrailing(actor, in: row) }
  }

  private static func title(_ model: ConsoleModel) -> Line {
    let name: Line = [Piece("Events", bold: true)]
    guard model.filter.isActive else { return name }
    let text = TextLayout.truncate(Outside.text(model.filter.text), to: 30, ellipsis: "…", cut: .start)
    return name + [Piece(" / ", .focus, bold: true), Piece(text), Piece(model.filter.isEditing ? "_" : "", .focus)]
  }

  private static func count(_ model: ConsoleModel) -> Line {
    guard model.filter.isActive else { return [] }
    return [Piece("\(model.shownEvents.count) of \(model.snapshot?.events.count ?? 0)", .faint)]
  }
}
