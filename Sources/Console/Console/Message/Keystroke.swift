public import CellGrid

/// One press of a key, as the console understands it, whatever terminal it came from.
public struct Keystroke: Hashable, Sendable {
  public enum Key: Hashable, Sendable {
    case character(Character)
    case up, down, left, right
    case pageUp, pageDown, home, end
    case enter, escape, tab, backspace, delete
  }

  public var key: Key
  public var shift: Bool
  public var control: Bool

  public init(_ key: Key, shift: Bool = false, control: Bool = false) {
    self.key = key
    self.shift = shift
    self.control = control
  }

  /// A printable character; a capital letter says by itself that Shift was held.
  public static func character(_ character: Character) -> Keystroke { Keystroke(.character(character)) }

  public static func control(_ character: Character) -> Keystroke {
    Keystroke(.character(character), control: true)
  }

  /// The character to put into a text field; nil for every other key.
  public var text: Character? {
    guard case .character(let character) = key, !control, character.unicodeScalars.allSatisfy({ $0.value >= 32 })
    else { return nil }
    return character
  }

  /// As help and the key bar name it: `←`, `Shift-Tab`, `Ctrl-Z`; in plain words where glyphs are ASCII.
  public func label(_ glyphs: GlyphSet) -> String {
    var label = name(glyphs)
    if control { label = "Ctrl-\(label.uppercased())" }
    if shift { label = "Shift-\(label)" }
    return label
  }

  private func name(_ glyphs: GlyphSet) -> String {
    let ascii = glyphs.isASCII
    return switch key {
    case .character(" "): "Space"
    case .character(let character): String(character)
    case .up: ascii ? "Up" : "↑"
    case .down: ascii ? "Down" : "↓"
    case .left: ascii ? "Left" : "←"
    case .right: ascii ? "Right" : "→"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .home: "Home"
    case .end: "End"
    case .enter: glyphs.enter == "⏎" ? "⏎" : "Enter"
    case .escape: "Esc"
    case .tab: "Tab"
    case .backspace: "Backspace"
    case .delete: "Del"
    }
  }
}
