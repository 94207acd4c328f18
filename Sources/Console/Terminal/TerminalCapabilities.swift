public import CellGrid

/// What the open terminal can do.
public struct TerminalCapabilities: Hashable, Sendable {
  /// `TERM`.
  public let name: String
  /// Colours that are really used: what was asked for, or found, but not more than the terminal's description allows.
  public let colorDepth: ColorDepth
  public let isUTF8: Bool
  /// What to draw with, by locale and terminal.
  public let glyphs: GlyphSet
  public let hasMouse: Bool
}
