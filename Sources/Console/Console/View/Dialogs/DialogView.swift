import CellGrid
import Operations

/// Draws the uppermost dialog over the panes.
enum DialogView {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    guard let dialog = model.dialogs.last else { return }
    let area = frame(of: dialog, in: model, layout: layout)
    canvas.fade(dims(dialog, layout))
    canvas.grid.fill(area, style: canvas.theme[.foreground])
    let text = content(of: dialog, in: model, width: area.width - 4)
    let inside = canvas.box(area, title: text.title, trailing: text.trailing, role: .focus, isFocused: true)
    let footer = min(text.footer.count, inside.height)
    let (bodyArea, footerArea) = inside.splitBottom(footer)
    let first = min(text.first, max(0, text.body.count - bodyArea.height))
    for (offset, row) in text.body.dropFirst(first).prefix(bodyArea.height).enumerated() {
      draw(row, in: bodyArea.row(offset), on: &canvas)
    }
    for (offset, row) in text.footer.prefix(footer).enumerated() {
      draw(row, in: footerArea.row(offset), on: &canvas)
    }
    ScrollIndicator(first: first, visible: bodyArea.height, total: text.body.count).draw(
      into: &canvas.grid, in: Rect(x: area.right - 1, y: bodyArea.y, width: 1, height: bodyArea.height),
      style: canvas.theme[.focus], thumbStyle: canvas.theme[.foreground], glyphs: canvas.glyphs)
  }

  /// How far a dialog can be scrolled on this screen.
  static func scrollLimit(of dialog: Dialog, in model: ConsoleModel) -> Int {
    guard !model.isTooSmall else { return 0 }
    let area = frame(of: dialog, in: model, layout: ScreenLayout(model))
    let text = content(of: dialog, in: model, width: area.width - 4)
    return max(0, text.body.count - max(0, area.height - 2 - text.footer.count))
  }

  private static func draw(_ row: DialogText.Row, in area: Rect, on canvas: inout Canvas) {
    let trailing = row.trailing.width(canvas.glyphs)
    canvas.write(row.line, at: area.origin, width: area.width - (trailing > 0 ? trailing + 2 : 0))
    canvas.writeTrailing(row.trailing, in: area)
  }

  /// A plan leaves header and cards in sight; so does a choice of themes, for it is them that it changes.
  private static func dims(_ dialog: Dialog, _ layout: ScreenLayout) -> Rect {
    switch dialog {
    case .plan, .palette: layout.belowCards
    case .themes: Rect(x: 0, y: 0, width: 0, height: 0)
    case .choice, .held, .confirm: layout.belowCards
    case .help, .cloud, .link, .event, .confirmQuit: layout.body
    }
  }

  private static func frame(of dialog: Dialog, in model: ConsoleModel, layout: ScreenLayout) -> Rect {
    let wide = layout.body.width <= 130 ? layout.body.width : 120
    switch dialog {
    case .plan:
      let text = content(of: dialog, in: model, width: wide - 4)
      let height = min(layout.belowCards.height, text.body.count + text.footer.count + 2)
      return placed(Size(width: wide, height: height), in: layout.belowCards, below: layout.weights.height)
    case .palette:
      return placed(Size(width: wide, height: min(layout.belowCards.height, 24)), in: layout.belowCards)
    case .help, .cloud, .link:
      let text = content(of: dialog, in: model, width: wide - 4)
      let height = min(layout.body.height, text.body.count + text.footer.count + 2)
      return placed(Size(width: wide, height: height), in: layout.body)
    case .themes:
      let height = min(layout.belowCards.height, model.themes.count + 4)
      return placed(Size(width: min(wide, 76), height: height), in: layout.belowCards)
    case .event, .choice, .held, .confirm, .confirmQuit:
      let width = min(wide, 92)
      let text = content(of: dialog, in: model, width: width - 4)
      let height = min(layout.belowCards.height, text.body.count + text.footer.count + 2)
      return placed(Size(width: width, height: height), in: layout.belowCards)
    }
  }

  /// In the middle across, and from the top down, so that a dialog does not jump when it grows; below the faders where
  /// there is room, so that what is staged stays in sight.
  private static func placed(_ size: Size, in area: Rect, below rows: Int = 2) -> Rect {
    let middle = area.centered(size)
    let slack = max(0, area.height - size.height)
    return Rect(x: middle.x, y: area.y + min(rows, slack), width: middle.width, height: middle.height)
  }

  static func content(of dialog: Dialog, in model: ConsoleModel, width: Int) -> DialogText {
    switch dialog {
    case .plan(let plan): PlanText.content(plan, in: model, width: width)
    case .palette(let palette): PaletteText.content(palette, in: model, width: width)
    case .help(let scroll): HelpText.content(scroll: scroll, in: model, width: width)
    case .themes: ThemesText.content(in: model, width: width)
    case .cloud(let id, let scroll): CloudText.content(id, scroll: scroll, in: model, width: width)
    case .link(let id, let table, let scroll):
      LinkText.content(id, table: table, scroll: scroll, in: model, width: width)
    case .choice(let choice): ChoiceText.content(choice, in: model, width: width)
    case .held(let held): HeldText.content(held, in: model, width: width)
    case .confirm(let confirmation): ConfirmText.content(confirmation, in: model, width: width)
    case .event(let event): EventText.content(event, in: model, width: width)
    case .confirmQuit: QuitText.content(in: model)
    }
  }
}
