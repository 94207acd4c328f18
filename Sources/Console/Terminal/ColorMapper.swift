public import CellGrid

/// Brings a theme's colours down to what a terminal shows, to the nearest by eye.
public struct ColorMapper: Sendable {
  public let depth: ColorDepth
  private var nearest: [Color: Color] = [:]

  public init(depth: ColorDepth) { self.depth = depth }

  /// The style as the terminal can show it: colours within its depth, attributes kept. A text whose two colours fall
  /// together becomes black or white on its background, so that it stays readable.
  public mutating func map(_ style: Style) -> Style {
    var foreground = map(style.foreground)
    let background = map(style.background)
    if foreground == background, style.foreground != style.background, foreground != .terminalDefault {
      foreground = map(Self.isLight(background) ? .rgb(0, 0, 0) : .rgb(255, 255, 255))
    }
    return Style(foreground: foreground, background: background, attributes: style.attributes)
  }

  /// A colour that the terminal has.
  public mutating func map(_ color: Color) -> Color {
    if depth == .monochrome { return .terminalDefault }
    switch color {
    case .terminalDefault, .ansi: return color
    case .palette(let index) where index < 16: return .ansi(index)
    case .palette where depth >= .palette256: return color
    case .rgb where depth == .trueColor: return color
    case .palette, .rgb: break
    }
    if let known = nearest[color] { return known }
    let found = Self.nearest(to: color, depth: depth)
    nearest[color] = found
    return found
  }

  private static func nearest(to color: Color, depth: ColorDepth) -> Color {
    let (red, green, blue) = components(of: color)
    let wanted = OKLab(red: red, green: green, blue: blue)
    // The first sixteen are the user's own and may be anything: for 256 colours only the fixed ones are candidates.
    let candidates = depth == .palette256 ? 16...255 : 0...15
    let index = candidates.min { wanted.distance(to: palette[$0]) < wanted.distance(to: palette[$1]) } ?? 0
    return depth == .palette256 ? .palette(UInt8(index)) : .ansi(UInt8(index))
  }

  private static func isLight(_ color: Color) -> Bool {
    let (red, green, blue) = components(of: color)
    return OKLab(red: red, green: green, blue: blue).lightness > 0.6
  }

  private static let palette: [OKLab] = (0...255).map { index in
    let (red, green, blue) = components(of: .palette(UInt8(index)))
    return OKLab(red: red, green: green, blue: blue)
  }

  /// A colour's red, green and blue as xterm defines them by default (256colres.h, and the VGA-like first sixteen).
  static func components(of color: Color) -> (UInt8, UInt8, UInt8) {
    switch color {
    case .terminalDefault: return (229, 229, 229)
    case .rgb(let red, let green, let blue): return (red, green, blue)
    case .ansi(let index): return components(of: .palette(index & 15))
    case .palette(let index) where index < 16: return ansi[Int(index)]
    case .palette(let index) where index < 232:
      let level: [UInt8] = [0, 95, 135, 175, 215, 255]
      let cube = Int(index) - 16
      return (level[cube / 36], level[cube / 6 % 6], level[cube % 6])
    case .palette(let index):
      let gray = 8 + (index - 232) * 10
      return (gray, gray, gray)
    }
  }

  private static let ansi: [(UInt8, UInt8, UInt8)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
  ]
}
