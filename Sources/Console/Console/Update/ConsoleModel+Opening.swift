import Operations

extension ConsoleModel {
  /// Enter: what the focused pane has selected.
  mutating func open(at: Timestamp) -> [ConsoleEffect] {
    switch focus {
    case .clouds:
      if let cloud { dialogs.append(.cloud(cloud, scroll: 0)) }
      return []
    case .events:
      let events = shownEvents
      if let event = events.first(where: { $0.id == chosenEvent }) ?? events.first { dialogs.append(.event(event)) }
      return []
    case .weights: return staged.map { askPlan(.setWeights($0), at: at) } ?? []
    case .levers:
      guard let lever = selectedLever else { return [] }
      return lever.holds.isEmpty ? pull(lever, at: at) : openHolds(of: lever, at: at)
    }
  }

  /// Opens the plan dialog at once, so that keys typed while the host thinks fall on it and not on what is below.
  mutating func askPlan(_ request: LeverRequest, at: Timestamp) -> [ConsoleEffect] {
    ticket += 1
    notice = nil
    dialogs.append(.plan(PlanDialog(request: request, stage: .asking, ticket: ticket, guardedSince: at)))
    return [.requestPlan(request, ticket: ticket), .dropTypeAhead]
  }
}
