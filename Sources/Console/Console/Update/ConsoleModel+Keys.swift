import Operations

extension ConsoleModel {
  /// How long keys are ignored after a dialog that can act has opened: longer than a key's repeat and a typist's gap.
  static let typeAheadGuard = Duration.milliseconds(250)

  /// Whether `at` falls into the guard that began at `since`, or was pressed before it. A clock that was set back by more
  /// than a minute opens the guard, rather than lock the operator out.
  static func isGuarded(since: Timestamp, at: Timestamp) -> Bool {
    let age = at - since
    return age > .seconds(-60) && age < typeAheadGuard
  }

  mutating func press(_ key: Keystroke, at: Timestamp) -> [ConsoleEffect] {
    if let effects = pressAnywhere(key, at: at) { return effects }
    // Below the minimum nothing is shown that a key could mean, except leaving.
    if isTooSmall { return Keymap.command(for: key) == .quit ? quit(at: at) : [] }
    if let dialog = dialogs.last { return press(key, in: dialog, at: at) }
    if filter.isEditing { return editFilter(key) }
    guard let command = Keymap.command(for: key, inReplication: replicationView != nil) else { return [] }
    notice = command == .back ? notice : nil
    return perform(command, at: at)
  }

  /// Keys that mean the same whatever is on the screen.
  private mutating func pressAnywhere(_ key: Keystroke, at: Timestamp) -> [ConsoleEffect]? {
    switch Keymap.command(for: key) {
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .stopCountdown where countdown != nil && (key.control || !isTyping):
      return performFailover(.stopCountdown, at: at)
    default: return nil
    }
  }

  mutating func perform(_ command: Command, at: Timestamp) -> [ConsoleEffect] {
    if let reason = whyDisabled(command) {
      if command != .back { refuse(reason) }
      return []
    }
    if command.isSync { return performSync(command, at: at) }
    if command.isFailover { return performFailover(command, at: at) }
    if replicationView != nil, let effects = performInReplication(command) { return effects }
    if failoverView != nil, let effects = performInFailover(command) { return effects }
    if isDrillOpen, performInDrill(command) { return [] }
    switch command {
    case .drillPage: openDrill()
    case .focusNext: focus = focus.moved(by: 1)
    case .focusPrevious: focus = focus.moved(by: -1)
    case .up: move(by: -1)
    case .down: move(by: 1)
    case .pageUp: move(by: -10)
    case .pageDown: move(by: 10)
    case .first: move(by: -10_000)
    case .last: move(by: 10_000)
    case .left: moveAcross(by: -1)
    case .right: moveAcross(by: 1)
    case .stageMore: stage(by: 5)
    case .stageLess: stage(by: -5)
    case .stageOneMore: stage(by: 1)
    case .stageOneLess: stage(by: -1)
    case .open: return open(at: at)
    case .undo: return undoable.map { askPlan(.undo($0.id), at: at) } ?? []
    case .go: break
    case .back: backOut()
    case .filter:
      focus = .events
      filter.isEditing = true
    case .palette: dialogs.append(.palette(PaletteDialog()))
    case .help: dialogs.append(.help(scroll: 0))
    case .themes: dialogs.append(.themes(ThemeDialog(before: theme.name)))
    case .redraw: return [.redraw]
    case .suspend: return [.suspend]
    case .quit: return quit(at: at)
    case .replication, .syncPause, .syncVerify, .syncVerifyAll, .syncBaseline, .syncRepair, .syncNow, .syncReverse,
      .syncConflicts, .syncDifferences, .syncReapply, .failoverPage, .failover, .failback, .evacuate, .rejoin,
      .pauseAutomation, .acknowledge, .stopCountdown, .pauseOperation, .abortOperation:
      break
    }
    return []
  }

  private mutating func quit(at: Timestamp) -> [ConsoleEffect] {
    guard connection == .local, snapshot?.runningOperation != nil, !isTooSmall else { return [.quit] }
    dialogs.append(.confirmQuit(since: at))
    return [.dropTypeAhead]
  }

  /// Takes back the last thing that was not yet done.
  private mutating func backOut() {
    if notice != nil {
      notice = nil
    } else if filter.isActive {
      filter = EventFilter()
    } else if staged != nil {
      staged = nil
      notice = Notice(kind: .done, text: "dropped what was staged", shownUntil: now + .seconds(3))
    }
  }

  private mutating func editFilter(_ key: Keystroke) -> [ConsoleEffect] {
    switch key.key {
    case .escape: filter = EventFilter()
    case .enter, .tab: filter.isEditing = false
    case .backspace: filter.text = String(filter.text.dropLast())
    case .up, .down, .pageUp, .pageDown:
      filter.isEditing = false
      return press(key, at: now)
    default:
      guard let character = key.text else { return [] }
      if filter.text.count < 60 { filter.text.append(character) }
      chosenEvent = nil
    }
    return []
  }

  /// A pasted text is never obeyed: its characters reach a filter or the palette, its first line only, and no plan.
  mutating func paste(_ text: String) -> [ConsoleEffect] {
    let line = text.prefix { !$0.isNewline }.filter { Keystroke.character($0).text != nil }
    if case .palette(var palette) = dialogs.last {
      palette.input = String((palette.input + line).prefix(100))
      palette.selected = 0
      replaceDialog(with: .palette(palette))
    } else if filter.isEditing, dialogs.isEmpty {
      filter.text = String((filter.text + line).prefix(60))
      chosenEvent = nil
    }
    return []
  }
}
