public import CellGrid

/// One row of the keymap: the keys, what they do, and the words for it in the key bar, the help and the palette.
public struct Binding: Sendable {
  public var command: Command
  public var keys: [Keystroke]
  /// The keys that the key bar shows, written together: `←→`.
  public var barKeys: [Keystroke]
  /// A word or two for the key bar.
  public var short: String
  /// The same where the bar is short of room; may be empty.
  public var brief: String
  /// A sentence for the help and the palette.
  public var long: String
  public var group: Command.Group
  /// Place in the key bar, the smallest first; nil: not in the bar.
  public var barRank: Int?
  /// Whether the palette offers it; a movement of the cursor makes no sense there.
  public var inPalette: Bool
  /// Where the key means this.
  public var place: Place

  /// A key may mean one thing in the replication view and another outside it.
  public enum Place: Sendable {
    case everywhere, inReplication, outsideReplication
  }

  init(
    _ command: Command, _ keys: [Keystroke], _ short: String, _ long: String, _ group: Command.Group,
    bar barRank: Int? = nil, barKeys: [Keystroke]? = nil, palette inPalette: Bool = true, place: Place = .everywhere,
    brief: String? = nil
  ) {
    self.command = command
    self.keys = keys
    self.barKeys = barKeys ?? Array(keys.prefix(1))
    self.short = short
    self.brief = brief ?? short
    self.long = long
    self.group = group
    self.barRank = barRank
    self.inPalette = inPalette
    self.place = place
  }

  /// All its keys: `Tab`, `← h`.
  public func keyLabel(_ glyphs: GlyphSet) -> String { keys.map { $0.label(glyphs) }.joined(separator: " ") }
}

extension Binding {
  /// The keys as the key bar names them: `←→`, `Tab`.
  public func barLabel(_ glyphs: GlyphSet) -> String {
    barKeys.map { $0.label(glyphs) }.joined(separator: glyphs.isASCII && barKeys.count > 1 ? "/" : "")
  }
}
