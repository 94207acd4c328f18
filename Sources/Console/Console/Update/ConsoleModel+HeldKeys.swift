import Operations

extension ConsoleModel {
  /// The lever that a dialog is about, as it stands now; nil when it is not among them any more.
  func lever(of dialog: HeldDialog) -> Lever? { levers.first { $0.title == dialog.lever } }

  mutating func openHolds(of lever: Lever, at: Timestamp) -> [ConsoleEffect] {
    notice = nil
    dialogs.append(.held(HeldDialog(lever: lever.title, guardedSince: at)))
    return [.dropTypeAhead]
  }

  /// Why no plan can be asked for from there.
  func whyNotPull(_ dialog: HeldDialog) -> String? {
    guard let lever = lever(of: dialog) else { return "the lever is gone" }
    return if case .shift = lever.action { whyNotShift } else { lever.disabled }
  }

  /// Keys while it is read what holds a lever.
  mutating func press(_ key: Keystroke, in dialog: HeldDialog, at: Timestamp) -> [ConsoleEffect] {
    switch Keymap.command(for: key) {
    case .up: return scroll(.held(dialog), by: -1)
    case .down: return scroll(.held(dialog), by: 1)
    case .pageUp: return scroll(.held(dialog), by: -10)
    case .pageDown: return scroll(.held(dialog), by: 10)
    case .first: return scroll(.held(dialog), by: -10_000)
    case .last: return scroll(.held(dialog), by: 10_000)
    case .back, .quit: closeDialog()
    case .open:
      guard !ConsoleModel.isGuarded(since: dialog.guardedSince, at: at), whyNotPull(dialog) == nil,
        let lever = lever(of: dialog)
      else { return [] }
      closeDialog()
      return pull(lever, at: at)
    default: break
    }
    return []
  }

  /// Asks for the plan of a lever, or which one is meant.
  mutating func pull(_ lever: Lever, at: Timestamp) -> [ConsoleEffect] {
    switch lever.action {
    case .shift: staged.map { askPlan(.setWeights($0), at: at) } ?? []
    case .undo(let operation): askPlan(.undo(operation), at: at)
    case .move(let requests): choose(requests, of: lever.command, at: at)
    }
  }
}
