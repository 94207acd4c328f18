import CellGrid

/// The last line: the keys that work here, or what came of the last one.
enum KeyBar {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let row = layout.keyBar.inset(left: 1, right: 1)
    if let notice = model.notice, model.dialogs.isEmpty {
      let isDone = notice.kind == .done
      let mark = Piece(isDone ? "✓ " : "▲ ", isDone ? .healthy : .degraded)
      canvas.write([mark, .outside(notice.text)], at: row.origin, width: row.width)
      return
    }
    let gap = layout.kind == .compact ? 2 : 4
    var lines = entries(model).map { key, word, isEnabled -> Line in
      [Piece(key, isEnabled ? .foreground : .faint, bold: isEnabled), Piece(" \(word)", .faint)]
    }
    // Where the row is short the seldom ones go; how to get help and out stay.
    while lines.count > 3, lines.reduce(-gap, { $0 + $1.width(canvas.glyphs) + gap }) > row.width {
      lines.remove(at: lines.count - 3)
    }
    var x = row.x
    for line in lines {
      x += canvas.write(line, at: Point(x: x, y: row.y), width: row.right - x) + gap
    }
  }

  private static func entries(_ model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    if let dialog = model.dialogs.last { return entries(dialog, model: model) }
    if model.filter.isEditing {
      return [
        (Keystroke(.enter).label(model.glyphs), "keep the filter", true), ("Esc", "clear it", true),
        (verticalKeys(model), "to the events", true),
      ]
    }
    let barred = Keymap.bindings.filter { $0.barRank != nil }.sorted { ($0.barRank ?? 0) < ($1.barRank ?? 0) }
    return barred.map { binding in
      let word = binding.command == .left && model.focus == .clouds ? "cloud" : binding.short
      let shown = binding.command == .open && model.focus != .weights && model.focus != .levers ? "details" : word
      return (binding.barLabel(model.glyphs), shown, model.whyDisabled(binding.command) == nil)
    }
  }

  private static func verticalKeys(_ model: ConsoleModel) -> String { model.glyphs.isASCII ? "Up/Down" : "↑↓" }

  private static func entries(_ dialog: Dialog, model: ConsoleModel) -> [(key: String, word: String, isEnabled: Bool)] {
    let enter = Keystroke(.enter).label(model.glyphs)
    let scroll = (verticalKeys(model), "scroll", DialogView.scrollLimit(of: dialog, in: model) > 0)
    switch dialog {
    case .plan(let plan):
      return [("g", "go", model.whyNotGo(plan) == nil), scroll, ("Esc", "back, nothing is changed", true)]
    case .palette: return [(enter, "run", true), (verticalKeys(model), "choose", true), ("Esc", "back", true)]
    case .themes:
      return [(enter, "keep", true), (verticalKeys(model), "try another", true), ("Esc", "as it was", true)]
    case .confirmQuit: return [("y", "quit", true), ("Esc", "stay", true)]
    case .help, .cloud: return [scroll, ("Esc", "back", true)]
    case .event: return [("Esc", "back", true)]
    }
  }
}
