public import Operations

/// How a console is run.
public struct ConsoleOptions: Sendable {
  /// On whose behalf levers are moved: `kit@ops1`.
  public var actor: String
  /// The theme to begin with; nil: what suits the terminal.
  public var theme: Theme?
  /// Where a theme that is chosen is kept, and looked for where ``theme`` is nil; nil: nothing is kept.
  public var preferences: PreferencesFile?
  /// How long the host may take over a plan or a start before the operator is told that it does not answer.
  public var answerTimeout: Duration
  /// Frames that only bring news from the host are at least this far apart. A key is always answered at once.
  public var newsInterval: Duration
  public var clock: any WallClock

  public init(
    actor: String, theme: Theme? = nil, preferences: PreferencesFile? = nil,
    answerTimeout: Duration = .seconds(15), newsInterval: Duration = .milliseconds(200),
    clock: any WallClock = ConsoleClock()
  ) {
    self.actor = actor
    self.theme = theme
    self.preferences = preferences
    self.answerTimeout = answerTimeout
    self.newsInterval = newsInterval
    self.clock = clock
  }
}
