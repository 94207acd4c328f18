import CellGrid
import Operations

extension ScreenLayout {
  /// What is under a cell.
  enum Hit: Equatable {
    case cloud(CloudID)
    case fader(CloudID)
    case lever(Int)
    case event(Event.ID)
    case pane(Pane)
    /// Replication's place on the main screen.
    case replication

    var pane: Pane? {
      switch self {
      case .cloud: .clouds
      case .fader: .weights
      case .lever: .levers
      case .event: .events
      case .pane(let pane): pane
      case .replication: nil
      }
    }
  }

  func hit(_ point: Point, in model: ConsoleModel) -> Hit? {
    if let card = cards.first(where: { $0.area.contains(point) }) { return .cloud(card.cloud) }
    if weights.contains(point) {
      let row = point.y - weights.y - (kind == .compact ? 1 : 2)
      let clouds = model.configured?.clouds ?? model.cloudIDs
      return clouds.indices.contains(row) ? .fader(clouds[row]) : .pane(.weights)
    }
    if replication.contains(point) { return .replication }
    if levers.contains(point) {
      let inside = levers.inset(left: 2, top: 1, right: 2, bottom: 1)
      let rows = LeversPane.rows(of: model, in: inside, progressAlone: isProgressAlone)
      let row = point.y - inside.y
      if rows.indices.contains(row), let lever = rows[row].lever { return .lever(lever) }
      return .pane(.levers)
    }
    guard events.contains(point) else { return nil }
    let shown = EventsPane.visible(in: model, height: events.height - 2)
    let row = point.y - events.y - 1
    return shown.indices.contains(row) ? .event(shown[row].id) : .pane(.events)
  }
}
