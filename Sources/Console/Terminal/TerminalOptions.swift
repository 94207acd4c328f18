/// How to open a terminal.
public struct TerminalOptions: Sendable {
  /// Colours to use instead of what the environment and terminfo tell.
  public var colorDepth: ColorDepth?
  /// ASCII glyphs even where the locale is UTF-8.
  public var forcesASCII: Bool
  /// Reports clicks, drags and the wheel. The terminal's own selection then needs Shift.
  public var usesMouse: Bool
  /// Standard output and error are appended here while the screen is open, so that a stray line does not damage it;
  /// `nil`: they are left alone. With `SWIFT_BACKTRACE=enable=yes` a crash's backtrace ends there too.
  public var logFile: String?
  /// How long an Escape may be the beginning of a longer sequence. A slow link may need more.
  public var escapeDelay: Duration

  public init(
    colorDepth: ColorDepth? = nil, forcesASCII: Bool = false, usesMouse: Bool = true, logFile: String? = nil,
    escapeDelay: Duration = .milliseconds(25)
  ) {
    self.colorDepth = colorDepth
    self.forcesASCII = forcesASCII
    self.usesMouse = usesMouse
    self.logFile = logFile
    self.escapeDelay = escapeDelay
  }
}
