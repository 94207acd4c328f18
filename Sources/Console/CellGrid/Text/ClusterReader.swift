/// Decides, scalar by scalar, what a grid draws.
///
/// Terminals disagree about clusters: one draws a family joined by U+200D in two columns, another its members one after
/// the other; an emoji presentation selector or a skin tone widens, merges or does nothing. A grid must know every
/// column, so it draws what all agree on: members of a joined sequence stand side by side, selectors and skin tones
/// are left out, and a flag is drawn as its two letters. So the columns of a text are the sum of its parts', wherever it
/// is cut.
struct ClusterReader {
  enum Step {
    /// Begins a cell.
    case base(Unicode.Scalar, columns: Int)
    /// Belongs to the cell before it.
    case mark(Unicode.Scalar)
    case nothing

    var columns: Int {
      if case .base(_, let columns) = self { columns } else { 0 }
    }
  }

  private var hasBase = false

  mutating func read(_ scalar: Unicode.Scalar) -> Step {
    let value = scalar.value
    if value < 0x300 { return readLatin(scalar) }
    switch value {
    case 0xFE00...0xFE0F, 0xE0000...0xE0FFF: return .nothing
    case 0x1F3FB...0x1F3FF: return .nothing
    case 0x1F1E6...0x1F1FF: return base(Unicode.Scalar(UInt8(0x41 + value - 0x1F1E6)), columns: 1)
    case 0x2028, 0x2029: return base(Self.replacement, columns: 1)
    default: break
    }
    let columns = DisplayWidth.of(scalar)
    guard columns == 0 else { return base(scalar, columns: columns) }
    // A format character has no glyph at all: joiners, bidi controls and their like end here.
    guard hasBase, scalar.properties.generalCategory != .format else { return .nothing }
    return .mark(scalar)
  }

  /// What an ASCII character is drawn as; always one column.
  @inline(__always)
  mutating func readASCII(_ byte: UInt8) -> Unicode.Scalar {
    hasBase = true
    return byte < 0x20 || byte == 0x7F ? Self.replacement : Unicode.Scalar(byte)
  }

  private mutating func readLatin(_ scalar: Unicode.Scalar) -> Step {
    let value = scalar.value
    if value < 0x20 || (value >= 0x7F && value < 0xA0) { return base(Self.replacement, columns: 1) }
    // A soft hyphen is a hint, drawn by some terminals and not by others.
    return value == 0xAD ? base("-", columns: 1) : base(scalar, columns: 1)
  }

  private mutating func base(_ scalar: Unicode.Scalar, columns: Int) -> Step {
    hasBase = true
    return .base(scalar, columns: columns)
  }

  /// What a control character is drawn as.
  static let replacement: Unicode.Scalar = "\u{FFFD}"
}
