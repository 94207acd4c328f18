import Operations

/// What keys mean while the failover page is open; nil where they mean what they mean everywhere.
extension ConsoleModel {
  mutating func performInFailover(_ command: Command) -> [ConsoleEffect]? {
    switch command {
    case .up: scrollFailover(by: -1)
    case .down: scrollFailover(by: 1)
    case .pageUp: scrollFailover(by: -10)
    case .pageDown: scrollFailover(by: 10)
    case .first: scrollFailover(by: -10_000)
    case .last: scrollFailover(by: 10_000)
    case .focusNext: scrollFailover(toSectionAfter: 1)
    case .focusPrevious: scrollFailover(toSectionAfter: -1)
    case .back, .quit:
      if notice == nil || command == .quit { failoverView = nil }
      notice = nil
    default: return nil
    }
    return []
  }

  /// Why a key does nothing on the page; the outer nil where the page has no say.
  func whyDisabledInFailover(_ command: Command) -> String?? {
    switch command {
    case .stageMore, .stageLess, .stageOneMore, .stageOneLess, .left, .right, .filter, .open:
      "not here: Esc leaves failover first"
    case .focusNext, .focusPrevious, .up, .down, .pageUp, .pageDown, .first, .last, .back, .quit: .some(nil)
    default: nil
    }
  }

  mutating func scrollFailover(by lines: Int) {
    let limit = FailoverPane.scrollLimit(in: self)
    let place = min(failoverView?.scroll ?? 0, limit)
    failoverView?.scroll = min(max(0, place + lines), limit)
  }

  private mutating func scrollFailover(toSectionAfter steps: Int) {
    let limit = FailoverPane.scrollLimit(in: self)
    let place = min(failoverView?.scroll ?? 0, limit)
    let starts = FailoverPane.sectionStarts(in: self)
    let next = steps > 0 ? starts.first { $0 > place } : starts.last { $0 < place }
    // Around the end, as Tab does among the panes.
    let wrapped = steps > 0 ? (place < limit ? limit : 0) : limit
    failoverView?.scroll = min(next ?? wrapped, limit)
  }

  /// Keys in the chooser.
  mutating func press(_ key: Keystroke, in dialog: ChoiceDialog, at: Timestamp) -> [ConsoleEffect] {
    if key.key == .escape {
      closeDialog()
      return []
    }
    guard !ConsoleModel.isGuarded(since: dialog.guardedSince, at: at) else { return [] }
    switch Keymap.command(for: key) {
    case .up: return scroll(.choice(dialog), by: -1)
    case .down, .focusNext: return scroll(.choice(dialog), by: 1)
    case .open:
      guard dialog.options.indices.contains(dialog.selected) else { return [] }
      dialogs.removeLast()
      return askPlan(.failover(dialog.options[dialog.selected]), at: at)
    case .quit: closeDialog()
    default: break
    }
    return []
  }

  /// Keys where something is asked before the host is told: `y` and no other goes on.
  mutating func press(_ key: Keystroke, in dialog: Confirmation, at: Timestamp) -> [ConsoleEffect] {
    if key.key == .escape {
      closeDialog()
      return []
    }
    guard !ConsoleModel.isGuarded(since: dialog.guardedSince, at: at), key == .character("y"),
      whyNotConfirm(dialog) == nil
    else { return [] }
    dialogs.removeLast()
    ticket += 1
    switch dialog.subject {
    case .automation(let change):
      notice = Notice(kind: .done, text: change.asking, shownUntil: now + .seconds(10))
      return [.change(change, ticket: ticket)]
    case .operation(let operation, let control):
      notice = Notice(kind: .done, text: "telling the host to \(control.rawValue) it", shownUntil: now + .seconds(10))
      return [.control(operation, control, ticket: ticket)]
    }
  }

  /// Why `y` does nothing: what was asked about may be over by now.
  func whyNotConfirm(_ dialog: Confirmation) -> String? {
    if let reason = whyNoPlan { return reason }
    switch dialog.subject {
    case .automation(.resume): return isAutomationPaused ? nil : "it goes on already"
    case .automation(.acknowledge): return whyNotFailover(.acknowledge)
    case .automation: return nil
    case .operation(let id, let control):
      guard let operation = snapshot?.operations.first(where: { $0.id == id }) else {
        return "it is not known any more"
      }
      if operation.state.isFinal { return "it has ended" }
      return control == .abort ? operation.whyNotAbort : nil
    }
  }

  mutating func tellChanged(_ text: String, kind: Notice.Kind, ticket: Int) {
    guard ticket == self.ticket || kind == .refused else { return }
    notice = Notice(kind: kind, text: text, shownUntil: now + .seconds(kind == .done ? 6 : 15))
  }
}
