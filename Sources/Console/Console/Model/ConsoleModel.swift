public import CellGrid
public import Operations

/// All that the console knows. A view is a function of it; only `update` changes it.
public struct ConsoleModel: Sendable, Equatable {
  public var size: Size
  public var now: Timestamp
  /// The newest word from the host; nil before the first.
  public var snapshot: Snapshot?
  /// Nil before the host has said.
  public var connection: HostConnection?
  public var focus: Pane = .weights
  /// The cloud that weights keys move and whose card is selected; nil: the first.
  public var chosenCloud: CloudID?
  public var leverIndex = 0
  /// The event the cursor is on; nil: the newest, whichever that is.
  public var chosenEvent: Event.ID?
  public var filter = EventFilter()
  /// Weights that the operator has moved but not written; nil while the knobs stand where they are configured.
  public var staged: Weights?
  /// What of replication is open; nil while the main screen is.
  public var replicationView: ReplicationView?
  /// Set while the failover page is open; never together with replication's.
  public var failoverView: FailoverView?
  /// Whether the drill page is open; never together with another.
  public var isDrillOpen = false
  /// Uppermost last.
  public var dialogs: [Dialog] = []
  public var notice: Notice?
  /// Names the plan, execution or reading whose answer is awaited.
  public var ticket = 0
  public var theme: Theme
  public var themes: [Theme]
  /// Whether it was said that a theme could not be kept: once is enough.
  var toldThemeNotKept = false
  public var glyphs: GlyphSet

  public init(size: Size, now: Timestamp, theme: Theme, themes: [Theme], glyphs: GlyphSet) {
    self.size = size
    self.now = now
    self.theme = theme
    self.themes = themes
    self.glyphs = glyphs
  }
}

extension ConsoleModel {
  /// The smallest screen on which every pane is readable.
  public static let minimumSize = Size(width: 80, height: 24)

  public var isTooSmall: Bool {
    size.width < ConsoleModel.minimumSize.width || size.height < ConsoleModel.minimumSize.height
  }

  /// What the host says the weights are now, stale or not.
  var configured: Weights? { snapshot?.recordSet.configured?.value }

  /// The clouds, in the order of their cards and faders.
  var cloudIDs: [CloudID] { snapshot?.clouds.map(\.id) ?? [] }

  /// The cloud whose card or fader is selected.
  var cloud: CloudID? {
    let ids = cloudIDs
    return chosenCloud.flatMap { ids.contains($0) ? $0 : nil } ?? ids.first
  }

  var shownEvents: [Event] {
    guard let events = snapshot?.events else { return [] }
    return filter.text.isEmpty ? events : events.filter(filter.matches)
  }

  /// The last operation that the host says can be taken back, once all that it still does is watch.
  var undoable: OperationSnapshot? { snapshot?.operations.first { $0.canUndo && ($0.state.isFinal || $0.onlyWatches) } }

  /// A drill that goes on, or did a moment ago.
  var drill: Observation<DrillSnapshot>? { snapshot?.drill }

  /// Why the console cannot trust what it shows; nil while the host speaks.
  var lostSince: Timestamp? {
    if case .lost(_, let since) = connection { since } else { nil }
  }
}
