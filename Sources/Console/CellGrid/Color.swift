/// A colour as a theme names it. What a terminal can show of it is the terminal's affair.
public enum Color: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminalDefault
  /// One of the sixteen ANSI colours, 0–15, as the user's terminal theme defines them. Higher values wrap.
  case ansi(UInt8)
  /// One of the 256 colours of xterm's palette.
  case palette(UInt8)
  case rgb(UInt8, UInt8, UInt8)

  /// 26 bits: a tag in the upper two, the value in the lower 24.
  var packed: UInt64 {
    switch self {
    case .terminalDefault: 0
    case .ansi(let index): 1 << 24 | UInt64(index & 15)
    case .palette(let index): 2 << 24 | UInt64(index)
    case .rgb(let red, let green, let blue): 3 << 24 | UInt64(red) << 16 | UInt64(green) << 8 | UInt64(blue)
    }
  }

  init(packed bits: UInt64) {
    let value = UInt32(truncatingIfNeeded: bits)
    switch (value >> 24) & 3 {
    case 1: self = .ansi(UInt8(truncatingIfNeeded: value))
    case 2: self = .palette(UInt8(truncatingIfNeeded: value))
    case 3:
      self = .rgb(
        UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
    default: self = .terminalDefault
    }
  }
}

extension Color: CustomStringConvertible {
  /// `default`, `ansi 1`, `palette 208` or `#ff8700`.
  public var description: String {
    switch self {
    case .terminalDefault: "default"
    case .ansi(let index): "ansi \(index)"
    case .palette(let index): "palette \(index)"
    case .rgb(let red, let green, let blue):
      "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
