import Operations

extension ConsoleModel {
  /// Keys in the command palette.
  mutating func press(_ key: Keystroke, in dialog: PaletteDialog, at: Timestamp) -> [ConsoleEffect] {
    var changed = dialog
    changed.error = nil
    switch key.key {
    case .escape:
      closeDialog()
      return []
    case .up: return scroll(.palette(changed), by: -1)
    case .down, .tab: return scroll(.palette(changed), by: 1)
    case .pageUp: return scroll(.palette(changed), by: -10)
    case .pageDown: return scroll(.palette(changed), by: 10)
    case .enter: return run(changed, at: at)
    case .backspace:
      if dialog.input.isEmpty {
        closeDialog()
        return []
      }
      changed.input = String(dialog.input.dropLast())
      changed.selected = 0
    default:
      guard let character = key.text, dialog.input.count < 100 else { return [] }
      changed.input.append(character)
      changed.selected = 0
    }
    replaceDialog(with: .palette(changed))
    return []
  }

  private mutating func run(_ dialog: PaletteDialog, at: Timestamp) -> [ConsoleEffect] {
    var changed = dialog
    let entries = PaletteEntry.matching(dialog.input, in: self)
    guard entries.indices.contains(dialog.selected) else {
      changed.error = "no command matches; \(Keystroke(.escape).label(glyphs)) goes back"
      replaceDialog(with: .palette(changed))
      return []
    }
    let entry = entries[dialog.selected]
    if let reason = entry.disabled {
      changed.error = reason
      replaceDialog(with: .palette(changed))
      return []
    }
    closeDialog()
    switch entry.action {
    case .command(let command): return perform(command, at: at)
    case .theme(let name):
      showTheme(named: name)
      return chooseTheme()
    case .weights(let weights):
      focus = .weights
      staged = weights
      return askPlan(.setWeights(weights), at: at)
    case .sync(let request): return askPlan(.sync(request), at: at)
    case .failover(let request): return askPlan(.failover(request), at: at)
    case .nothing: break
    }
    return []
  }
}
