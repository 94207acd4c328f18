/// One place on the screen: a base character with at most two combining marks, how wide it is, and its style.
///
/// Two words without references, so that a grid is filled, copied and compared as plain memory.
public struct Cell: Hashable, Sendable {
  /// Up to three scalars of 21 bits, the base lowest; 0 in a continuation.
  var scalarBits: UInt64
  /// The packed style, and at bit 62 and above the cell's width.
  var styleBits: UInt64

  static let styleMask: UInt64 = (1 << 57) - 1
  private static let widthShift: UInt64 = 62

  init(scalarBits: UInt64, width: Int, packedStyle: UInt64) {
    self.scalarBits = scalarBits
    styleBits = packedStyle | UInt64(truncatingIfNeeded: width) << Self.widthShift
  }

  static func blank(_ packedStyle: UInt64) -> Cell {
    Cell(scalarBits: 0x20, width: 1, packedStyle: packedStyle)
  }

  /// A space in `style`.
  public static func blank(_ style: Style = .plain) -> Cell { blank(style.packed) }

  /// 1 or 2 columns; 0 for the second half of a wide character (see ``isContinuation``).
  public var width: Int { Int(truncatingIfNeeded: styleBits >> Self.widthShift) }

  /// Whether the cell is the right half of the wide character on its left, and has no text of its own.
  public var isContinuation: Bool { width == 0 }

  public var style: Style {
    get { Style(packed: styleBits & Self.styleMask) }
    set { styleBits = styleBits & ~Self.styleMask | newValue.packed }
  }

  /// The style as a number: equal for equal styles.
  public var styleKey: UInt64 { styleBits & Self.styleMask }

  /// The base character and its combining marks in order; none in a continuation.
  public var scalars: [Unicode.Scalar] {
    var found: [Unicode.Scalar] = []
    forEachScalar { found.append($0) }
    return found
  }

  /// The same as ``scalars`` without an array.
  func forEachScalar(_ body: (Unicode.Scalar) -> Void) {
    var bits = scalarBits
    while bits != 0 {
      if let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: bits & 0x1F_FFFF)) { body(scalar) }
      bits >>= 21
    }
  }

  /// The base character as a number, for readers in a hurry: 0 in a continuation.
  public var baseScalarValue: UInt32 { UInt32(truncatingIfNeeded: scalarBits & 0x1F_FFFF) }

  /// Whether the cell has combining marks besides its base.
  public var hasMarks: Bool { scalarBits >> 21 != 0 }

  /// The cell's text: one grapheme cluster; empty in a continuation.
  public var text: String {
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    return text
  }

  /// Adds a combining mark; a third one is dropped.
  mutating func addMark(_ scalar: Unicode.Scalar) {
    if scalarBits >> 21 == 0 {
      scalarBits |= UInt64(scalar.value) << 21
    } else if scalarBits >> 42 == 0 {
      scalarBits |= UInt64(scalar.value) << 42
    }
  }
}
