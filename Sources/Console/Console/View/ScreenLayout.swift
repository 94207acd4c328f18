import CellGrid
import Operations

/// Where everything stands on a screen of a given size. View and mouse read the same one.
struct ScreenLayout {
  enum Kind {
    /// From 80×24: one line a fact.
    case compact
    /// From 110×36: figures beside graphs two rows high.
    case regular
    /// From 170×46: vantages and targets by name.
    case wide
  }

  let kind: Kind
  let header: Rect
  /// The one line that says whether anyone is hurting.
  let situation: Rect
  /// The clouds that fit, around the selected one.
  let cards: [(cloud: CloudID, area: Rect)]
  /// Clouds without a card for want of room.
  let hiddenClouds: Int
  let weights: Rect
  let levers: Rect
  let events: Rect
  /// The replication view where it is open, else replication's place on the main screen; empty where there is none.
  let replication: Rect
  /// The failover page where it is open; else empty.
  let failover: Rect
  /// The drill page where it is open; else empty.
  let drill: Rect
  /// What a countdown says; empty while none runs.
  let banner: Rect
  let keyBar: Rect
  /// Whether the levers and the events make room for the steps of an operation.
  let isProgressAlone: Bool
  /// Rows for vantages and for targets in a card; 0 below the wide layout.
  let vantageRows: Int
  let targetRows: Int
  /// Where a plan is shown, so that the world stays in sight: below the cards, or below a link's figures.
  let belowCards: Rect

  init(_ model: ConsoleModel) {
    let screen = Rect(origin: .zero, size: model.size)
    let kind = ScreenLayout.kind(of: model.size)
    self.kind = kind
    let (header, belowHeader) = screen.splitTop(1)
    let (situation, belowSituation) = belowHeader.splitTop(1)
    let (bodyAndBanner, keyBar) = belowSituation.splitBottom(1)
    let (body, banner) = bodyAndBanner.splitBottom(model.snapshot == nil ? 0 : CountdownBanner.height(model))
    let clouds = model.snapshot?.clouds ?? []
    let faders = min(max(1, model.configured?.entries.count ?? clouds.count), 6)
    let weightsHeight = faders + (kind == .compact ? 2 : 3)
    let spare = body.height - weightsHeight - (kind == .wide ? 14 : 9)
    let isViewOpen = model.isPageOpen && model.snapshot != nil
    isProgressAlone = !isViewOpen && kind == .compact && model.failoverOperation.map { !$0.onlyWatches } == true
    let rows: (facts: Int, vantages: Int, targets: Int) =
      isViewOpen
      ? (ScreenLayout.factRows(kind), 0, 0) : ScreenLayout.cardRows(kind, clouds: clouds, spare: spare)
    // On a small screen the view needs the cards' place too.
    let cardsHeight = isViewOpen && kind == .compact ? 0 : rows.facts + rows.vantages + rows.targets + 2
    let (cardsArea, belowCards) = body.splitTop(cardsHeight)
    (self.header, self.situation, self.banner, self.keyBar) = (header, situation, banner, keyBar)
    if isViewOpen {
      let nothing = Rect(origin: belowCards.origin, size: Size(width: 0, height: 0))
      (weights, levers, events) = (nothing, nothing, nothing)
      replication = model.replicationView == nil ? nothing : belowCards
      failover = model.failoverView == nil ? nothing : belowCards
      drill = model.isDrillOpen ? belowCards : nothing
      self.belowCards = belowCards.splitTop(kind == .compact ? 5 : 7).rest
    } else {
      let (weights, lower) = belowCards.splitTop(weightsHeight)
      let parts = ScreenLayout.split(
        lower, kind: kind, summary: ReplicationSummary.height(model), levers: ScreenLayout.leverRows(lower, model))
      (replication, failover, drill) = (parts.replication, lower.splitTop(0).top, lower.splitTop(0).top)
      (levers, events) = isProgressAlone ? (lower, lower.splitBottom(0).bottom) : (parts.levers, parts.events)
      self.weights = weights
      self.belowCards = belowCards
    }
    vantageRows = rows.vantages
    targetRows = rows.targets
    let visible = ScreenLayout.visible(clouds.map(\.id), selected: model.cloud, width: screen.width)
    hiddenClouds = clouds.count - visible.count
    let columns = cardsArea.columns(visible.map { _ in .flexible(minimum: 1) })
    cards = cardsHeight == 0 ? [] : zip(visible, columns).map { ($0, $1) }
  }

  static func kind(of size: Size) -> Kind {
    size.width >= 170 && size.height >= 46 ? .wide : size.width >= 110 && size.height >= 36 ? .regular : .compact
  }

  /// Everything between the situation and the key bar.
  var body: Rect {
    Rect(x: 0, y: situation.bottom, width: keyBar.width, height: max(0, banner.y - situation.bottom))
  }

  static func factRows(_ kind: Kind) -> Int { kind == .compact ? 6 : 9 }

  /// A wide card gets a table of vantages and one of targets, each with a divider and a header, as far as there is room.
  private static func cardRows(_ kind: Kind, clouds: [CloudSnapshot], spare: Int) -> (
    facts: Int, vantages: Int, targets: Int
  ) {
    let facts = factRows(kind)
    guard kind == .wide else { return (facts, 0, 0) }
    let wantedVantages = clouds.map(\.vantages.count).max() ?? 0
    let wantedTargets = clouds.map { $0.targetGroup?.value.targets.count ?? 0 }.max() ?? 0
    var room = spare - facts - 2
    func take(_ wanted: Int, atMost: Int) -> Int {
      let rows = min(wanted, atMost, room - 2)
      guard rows > 0 else { return 0 }
      room -= rows + 2
      return rows + 2
    }
    let vantages = take(wantedVantages, atMost: max(3, spare / 4))
    return (facts, vantages, take(wantedTargets, atMost: max(3, spare / 2)))
  }

  /// Rows of the levers on a small screen: a third line where there is more than the weights to move.
  private static func leverRows(_ lower: Rect, _ model: ConsoleModel) -> Int {
    let most = model.failover == nil ? 4 : 5
    return lower.height <= 10 ? most : min(9, most + (lower.height - 10) / 2)
  }

  private static func split(
    _ lower: Rect, kind: Kind, summary: Int, levers rows: Int
  ) -> (replication: Rect, levers: Rect, events: Rect) {
    switch kind {
    case .compact:
      let (levers, events) = lower.splitTop(rows)
      return (lower.splitTop(0).top, levers, events)
    case .regular:
      let (replication, rest) = lower.splitTop(summary)
      let (levers, events) = rest.splitLeft(lower.width * 2 / 5)
      return (replication, levers, events)
    case .wide where summary > 0:
      let (levers, rest) = lower.splitLeft(48)
      let (replication, events) = rest.splitLeft(min(92, rest.width * 11 / 20))
      return (replication, levers, events)
    case .wide:
      let (levers, events) = lower.splitLeft(lower.width / 3)
      return (lower.splitTop(0).top, levers, events)
    }
  }

  private static func visible(_ clouds: [CloudID], selected: CloudID?, width: Int) -> [CloudID] {
    let count = max(1, width / 38)
    guard clouds.count > count else { return clouds }
    let index = selected.flatMap { clouds.firstIndex(of: $0) } ?? 0
    let first = min(max(0, index - count + 1), clouds.count - count)
    return Array(clouds[first..<first + count])
  }
}
