/// A key, or a combination that terminals can tell apart.
public enum Key: Hashable, Sendable {
  /// A printable character, with Shift already applied.
  case character(Character)
  /// Control with a character in lower case: `control("c")`.
  case control(Character)
  /// Alt (Meta) with a character.
  case alt(Character)
  case enter, escape, tab, backTab, backspace, delete, insert
  case up, down, left, right
  case shiftUp, shiftDown, shiftLeft, shiftRight
  case home, end, pageUp, pageDown
  /// F1 is 1.
  case function(Int)
}
