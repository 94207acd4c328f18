public import Operations

/// What covers the middle of the screen. Dialogs stack; Esc takes the uppermost away.
public enum Dialog: Sendable, Equatable {
  case plan(PlanDialog)
  case palette(PaletteDialog)
  case help(scroll: Int)
  case themes(ThemeDialog)
  /// Everything known of one cloud.
  case cloud(CloudID, scroll: Int)
  /// Everything known of one link, and of one of its tables.
  case link(LinkID, table: String?, scroll: Int)
  /// An event in full.
  case event(Event)
  /// Which of several requests a lever means.
  case choice(ChoiceDialog)
  /// What holds a lever.
  case held(HeldDialog)
  case confirm(Confirmation)
  case confirmQuit(since: Timestamp)
}

/// The command palette: a line to type in and what it matches.
public struct PaletteDialog: Sendable, Equatable {
  public var input = ""
  public var selected = 0
  /// Why the last Enter did nothing.
  public var error: String?
}

/// The chooser of themes; moving through it shows each at once.
public struct ThemeDialog: Sendable, Equatable {
  /// The theme to return to on Esc.
  public var before: String
}
