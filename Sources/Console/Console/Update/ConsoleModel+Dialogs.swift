import Operations

extension ConsoleModel {
  mutating func press(_ key: Keystroke, in dialog: Dialog, at: Timestamp) -> [ConsoleEffect] {
    if key == .control("c") {
      closeDialog()
      return []
    }
    switch dialog {
    case .plan(let plan): return press(key, in: plan, at: at)
    case .palette(let palette): return press(key, in: palette, at: at)
    case .themes(let themes): return press(key, in: themes)
    case .confirmQuit(let since): return confirmQuit(key, since: since, at: at)
    case .choice(let choice): return press(key, in: choice, at: at)
    case .held(let held): return press(key, in: held, at: at)
    case .confirm(let confirmation): return press(key, in: confirmation, at: at)
    case .help, .cloud, .link, .event: return read(key, in: dialog)
    }
  }

  mutating func closeDialog() {
    if case .themes(let dialog) = dialogs.last { showTheme(named: dialog.before) }
    _ = dialogs.popLast()
  }

  mutating func replaceDialog(with dialog: Dialog) {
    guard !dialogs.isEmpty else { return }
    dialogs[dialogs.count - 1] = dialog
  }

  /// Quitting here would end the host that runs the operation, so the key that confirms is not the one that asked.
  private mutating func confirmQuit(_ key: Keystroke, since: Timestamp, at: Timestamp) -> [ConsoleEffect] {
    if key.key == .escape {
      closeDialog()
      return []
    }
    guard !ConsoleModel.isGuarded(since: since, at: at), key == .character("y") else { return [] }
    return [.quit]
  }

  /// A dialog that is only read: it scrolls, and any way out closes it.
  private mutating func read(_ key: Keystroke, in dialog: Dialog) -> [ConsoleEffect] {
    switch Keymap.command(for: key) {
    case .up: return scroll(dialog, by: -1)
    case .down: return scroll(dialog, by: 1)
    case .pageUp: return scroll(dialog, by: -10)
    case .pageDown: return scroll(dialog, by: 10)
    case .first: return scroll(dialog, by: -10_000)
    case .last: return scroll(dialog, by: 10_000)
    case .back, .open, .quit: closeDialog()
    case .help:
      if case .help = dialog { closeDialog() }
    default: break
    }
    return []
  }

  mutating func scroll(_ dialog: Dialog, by lines: Int) -> [ConsoleEffect] {
    let limit = DialogView.scrollLimit(of: dialog, in: self)
    func moved(_ scroll: Int) -> Int { min(max(0, scroll + lines), limit) }
    switch dialog {
    case .help(let scroll): replaceDialog(with: .help(scroll: moved(scroll)))
    case .cloud(let id, let scroll): replaceDialog(with: .cloud(id, scroll: moved(scroll)))
    case .link(let id, let table, let scroll): replaceDialog(with: .link(id, table: table, scroll: moved(scroll)))
    case .plan(var plan):
      plan.scroll = moved(plan.scroll)
      replaceDialog(with: .plan(plan))
    case .palette(var palette):
      let count = PaletteEntry.matching(palette.input, in: self).count
      palette.selected = min(max(0, palette.selected + lines), max(0, count - 1))
      replaceDialog(with: .palette(palette))
    case .held(var held):
      held.scroll = moved(held.scroll)
      replaceDialog(with: .held(held))
    case .choice(var choice):
      choice.selected = min(max(0, choice.selected + lines), max(0, choice.options.count - 1))
      replaceDialog(with: .choice(choice))
    case .themes: moveTheme(by: lines)
    case .event, .confirm, .confirmQuit: break
    }
    return []
  }

  private mutating func press(_ key: Keystroke, in dialog: ThemeDialog) -> [ConsoleEffect] {
    switch Keymap.command(for: key) {
    case .up, .left: moveTheme(by: -1)
    case .down, .right, .focusNext, .themes: moveTheme(by: 1)
    case .open:
      dialogs.removeLast()
      return chooseTheme()
    case .back, .quit: closeDialog()
    default: break
    }
    return []
  }

  private mutating func moveTheme(by steps: Int) {
    guard !themes.isEmpty else { return }
    let index = themes.firstIndex { $0.name == theme.name } ?? 0
    theme = themes[((index + steps) % themes.count + themes.count) % themes.count]
  }

  /// The theme that is shown is the operator's choice, now and at the next start.
  mutating func chooseTheme() -> [ConsoleEffect] {
    notice = Notice(kind: .done, text: "theme \(theme.name)", shownUntil: now + .seconds(3))
    return [.keepTheme(theme.name)]
  }

  mutating func tellThemeNotKept(_ reason: String) {
    guard !toldThemeNotKept else { return }
    toldThemeNotKept = true
    notice = Notice(kind: .refused, text: "the theme is not kept: \(reason)", shownUntil: now + .seconds(10))
  }

  mutating func showTheme(named name: String) {
    if let named = themes.first(where: { $0.name == name }) { theme = named }
  }
}
