import CellGrid

/// How a colour becomes a number for ncurses, which depends on the terminal's description.
enum ColorEncoding: Hashable, Sendable {
  /// Colours are counted: 8, 16 or 256 of them.
  case indexed(count: Int)
  /// The description of ``TerminfoEntry/withDirectColor()``: below 256 a palette's index, above that red, green, blue.
  case extended
  /// A description such as xterm-direct: below 8 an ANSI colour, above that red, green, blue.
  case direct

  /// -1 is the terminal's own colour. `isBright`: bold has to stand for the bright half of an eight-colour terminal.
  func number(of color: Color) -> (number: Int32, isBright: Bool) {
    switch (color, self) {
    case (.terminalDefault, _): return (-1, false)
    case (.ansi(let index), .indexed(let count)) where count < 16: return (Int32(index & 7), index & 15 > 7)
    case (.ansi(let index), .direct) where index & 15 > 7: return (Self.direct(color, floor: 8), false)
    case (.ansi(let index), _): return (Int32(index & 15), false)
    case (.palette(let index), .indexed), (.palette(let index), .extended): return (Int32(index), false)
    case (.rgb, .indexed): return (-1, false)
    case (.rgb, .extended): return (Self.direct(color, floor: 256), false)
    case (.palette, .direct), (.rgb, .direct): return (Self.direct(color, floor: 8), false)
    }
  }

  /// Numbers below `floor` mean something else; those blacks get the faintest green instead, which no eye sees.
  private static func direct(_ color: Color, floor: Int32) -> Int32 {
    let (red, green, blue) = ColorMapper.components(of: color)
    let number = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
    return number < floor ? number | 1 << 8 : number
  }
}
