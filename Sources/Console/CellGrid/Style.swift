/// How a cell looks besides its text.
public struct Style: Hashable, Sendable {
  public var foreground: Color
  public var background: Color
  public var attributes: Attributes

  public init(
    foreground: Color = .terminalDefault, background: Color = .terminalDefault, attributes: Attributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }

  /// The terminal's own colours, no attributes.
  public static let plain = Style()

  /// The same style with `attributes` added.
  public func adding(_ attributes: Attributes) -> Style {
    Style(foreground: foreground, background: background, attributes: self.attributes.union(attributes))
  }

  /// The same style on another background.
  public func on(_ background: Color) -> Style {
    Style(foreground: foreground, background: background, attributes: attributes)
  }

  /// 57 bits: foreground in the lowest 26, then background, then attributes.
  var packed: UInt64 {
    foreground.packed | background.packed << 26 | UInt64(attributes.rawValue & 31) << 52
  }

  init(packed bits: UInt64) {
    foreground = Color(packed: bits & 0x3FF_FFFF)
    background = Color(packed: (bits >> 26) & 0x3FF_FFFF)
    attributes = Attributes(rawValue: UInt8(truncatingIfNeeded: bits >> 52) & 31)
  }
}

/// What a cell's text may have besides colour. A terminal that lacks one draws the cell without it.
public struct Attributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let bold = Attributes(rawValue: 1)
  public static let dim = Attributes(rawValue: 2)
  public static let italic = Attributes(rawValue: 4)
  public static let underline = Attributes(rawValue: 8)
  /// Foreground and background change places.
  public static let reverse = Attributes(rawValue: 16)
}
