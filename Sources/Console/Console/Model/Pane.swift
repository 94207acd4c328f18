/// A place that can have the focus, in the order Tab visits them.
public enum Pane: Sendable, Hashable, CaseIterable {
  case clouds, weights, levers, events

  public var title: String {
    switch self {
    case .clouds: "clouds"
    case .weights: "DNS weights"
    case .levers: "levers"
    case .events: "events"
    }
  }

  /// The pane `steps` further in the order of Tab, around the end.
  func moved(by steps: Int) -> Pane {
    let all = Pane.allCases
    let index = all.firstIndex(of: self) ?? 0
    return all[((index + steps) % all.count + all.count) % all.count]
  }
}
