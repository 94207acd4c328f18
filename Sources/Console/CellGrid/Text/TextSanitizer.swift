/// Makes text from outside (a server's answer, a log line, a name typed by someone) fit to be shown: what it says stays
/// readable, what would steer a terminal or mislead a reader becomes visible.
///
/// - Control characters of C0 and C1, DEL among them, become U+FFFD; so of an escape sequence its harmless letters remain.
/// - Line breaks become `␤` (or a space), tabs a space.
/// - Characters that reorder text (UAX #9: U+061C, U+200E–F, U+202A–E, U+2066–9), tag characters (U+E0000–E007F),
///   invisible operators and fillers become `·`; so do joiners (U+200C, U+200D) with nothing to join on one side, and
///   combining marks without a base.
/// - More than `limit` characters are cut, with an ellipsis.
public struct TextSanitizer: Sendable {
  public enum LineBreak: Sendable {
    case symbol
    case space
  }

  /// Unicode scalars kept at most. One cluster may hold at most eight marks, whatever the limit.
  public var limit: Int
  public var lineBreak: LineBreak
  /// Uses `?`, `.` and `~` instead of the marks named above.
  public var asciiOnly: Bool

  public init(limit: Int = 4096, lineBreak: LineBreak = .symbol, asciiOnly: Bool = false) {
    self.limit = limit
    self.lineBreak = lineBreak
    self.asciiOnly = asciiOnly
  }

  /// With the default limit and marks.
  public static let standard = TextSanitizer()

  public func sanitize(_ text: some StringProtocol) -> String {
    var result = String.UnicodeScalarView()
    var kept = 0
    var marks = 0
    var source = text.unicodeScalars.makeIterator()
    var next = source.next()
    var previous: Unicode.Scalar?
    while let scalar = next {
      next = source.next()
      guard kept < limit else {
        result.append(asciiOnly ? "~" : "…")
        break
      }
      if scalar == "\r", next == "\n" { continue }
      let isMark = DisplayWidth.of(scalar) == 0
      marks = isMark ? marks + 1 : 0
      if marks > 8 { continue }
      let shown = show(scalar, after: previous, before: next)
      result.append(shown)
      kept += 1
      previous = shown
    }
    return String(result)
  }

  private func show(_ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?)
    -> Unicode.Scalar
  {
    switch scalar.value {
    case 0x20..<0x7F: return scalar
    case 0x09: return " "
    case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
      return lineBreak == .space ? " " : asciiOnly ? "|" : "\u{2424}"
    case 0..<0x20, 0x7F..<0xA0: return asciiOnly ? "?" : "\u{FFFD}"
    case 0x200C, 0x200D: return joins(previous, next) ? scalar : placeholder
    case 0x1F3FB...0x1F3FF where previous == nil: return placeholder
    case 0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800: return placeholder
    case 0xAD, 0xFE00...0xFE0F: return previous == nil ? placeholder : scalar
    default: break
    }
    switch scalar.properties.generalCategory {
    case .format: return placeholder
    case .nonspacingMark, .enclosingMark: return previous == nil ? placeholder : scalar
    case .unassigned, .privateUse: return asciiOnly ? "?" : "\u{FFFD}"
    default: return scalar
    }
  }

  private var placeholder: Unicode.Scalar { asciiOnly ? "." : "·" }

  /// Whether a joiner stands between two things that joining can mean something for.
  private func joins(_ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) -> Bool {
    guard let previous, let next else { return false }
    return canBeJoined(previous) && canBeJoined(next)
  }

  /// Letters and marks of scripts that join, and emoji. An invisible filler is a letter only by its category.
  private func canBeJoined(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x300, 0x115F, 0x1160, 0x3164, 0xFFA0: return false
    case 0x1F3FB...0x1F3FF, 0xFE0F: return true
    default: break
    }
    switch scalar.properties.generalCategory {
    case .otherLetter, .nonspacingMark, .spacingMark: return true
    default: return scalar.properties.isEmoji
    }
  }
}
