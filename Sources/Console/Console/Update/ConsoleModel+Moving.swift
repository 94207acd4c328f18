import CellGrid
import Operations

extension ConsoleModel {
  /// Moves the cursor of the focused pane by lines.
  mutating func move(by lines: Int) {
    switch focus {
    case .clouds, .weights: moveCloud(by: lines)
    case .levers: leverIndex = min(max(0, leverIndex + lines), max(0, levers.count - 1))
    case .events: moveEvent(by: lines)
    }
  }

  /// Left and right: knobs in the weights, cards among the clouds.
  mutating func moveAcross(by direction: Int) {
    switch focus {
    case .weights: stage(by: 5 * direction)
    case .clouds: moveCloud(by: direction)
    case .levers, .events: break
    }
  }

  private mutating func moveCloud(by steps: Int) {
    let ids = cloudIDs
    guard let cloud, let index = ids.firstIndex(of: cloud) else { return }
    chosenCloud = ids[min(max(0, index + steps), ids.count - 1)]
  }

  private mutating func moveEvent(by lines: Int) {
    let events = shownEvents
    guard !events.isEmpty else { return }
    let index = events.firstIndex { $0.id == chosenEvent } ?? 0
    let target = min(max(0, index + lines), events.count - 1)
    // At the top the cursor stays with whatever is newest.
    chosenEvent = target == 0 ? nil : events[target].id
  }

  /// Moves the selected cloud's knob; see ``StagedWeights`` for the rule.
  mutating func stage(by step: Int) {
    guard let cloud, let configured else { return }
    let base = staged ?? configured
    let moved = StagedWeights.moving(cloud, by: step, in: base)
    if moved == base {
      refuse("\(cloud) stands at the end of its range: \(moved.ratio)")
      return
    }
    staged = moved == configured ? nil : moved
  }

  mutating func click(_ point: Point, at: Timestamp) -> [ConsoleEffect] {
    guard dialogs.isEmpty, !isTooSmall else { return [] }
    filter.isEditing = false
    if replicationView != nil {
      clickInReplication(point)
      return []
    }
    if failoverView != nil || isDrillOpen { return [] }
    switch ScreenLayout(self).hit(point, in: self) {
    case .cloud(let id):
      focus = .clouds
      chosenCloud = id
    case .fader(let id):
      focus = .weights
      chosenCloud = id
    case .lever(let index):
      focus = .levers
      leverIndex = index
    case .event(let id):
      focus = .events
      chosenEvent = id == shownEvents.first?.id ? nil : id
    case .pane(let pane): focus = pane
    case .replication: return perform(.replication, at: at)
    case nil: break
    }
    return []
  }

  mutating func turnWheel(at point: Point, lines: Int) -> [ConsoleEffect] {
    guard !isTooSmall else { return [] }
    if let dialog = dialogs.last { return scroll(dialog, by: lines) }
    if replicationView != nil {
      moveInReplication(by: lines)
      return []
    }
    if failoverView != nil {
      scrollFailover(by: lines)
      return []
    }
    guard !isDrillOpen, ScreenLayout(self).hit(point, in: self)?.pane == .events else { return [] }
    moveEvent(by: lines)
    return []
  }
}
