/// What keys mean while the drill page is open.
extension ConsoleModel {
  mutating func openDrill() {
    isDrillOpen = true
    replicationView = nil
    failoverView = nil
  }

  /// - Returns: whether the page took the key.
  mutating func performInDrill(_ command: Command) -> Bool {
    switch command {
    case .drillPage: isDrillOpen = false
    case .back, .quit:
      if notice == nil || command == .quit { isDrillOpen = false }
      notice = nil
    default: return false
    }
    return true
  }

  /// Why a key does nothing on the page; the outer nil where the page has no say.
  func whyDisabledInDrill(_ command: Command) -> String?? {
    switch command {
    case .stageMore, .stageLess, .stageOneMore, .stageOneLess, .left, .right, .filter, .open, .focusNext,
      .focusPrevious, .up, .down, .pageUp, .pageDown, .first, .last:
      "not here: Esc leaves the drill first"
    case .back, .quit, .drillPage: .some(nil)
    default: nil
    }
  }
}
