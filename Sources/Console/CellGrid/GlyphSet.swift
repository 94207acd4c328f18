/// The characters a screen is drawn with, chosen by what the terminal's locale and font can show. Every glyph is one
/// column wide.
public struct GlyphSet: Hashable, Sendable {
  /// Lines of a box.
  public struct Box: Hashable, Sendable {
    public var horizontal: Unicode.Scalar
    public var vertical: Unicode.Scalar
    public var topLeft: Unicode.Scalar
    public var topRight: Unicode.Scalar
    public var bottomLeft: Unicode.Scalar
    public var bottomRight: Unicode.Scalar
    /// A horizontal line meets the left and right edges.
    public var teeLeft: Unicode.Scalar
    public var teeRight: Unicode.Scalar

    /// In the order of the properties: `─│╭╮╰╯├┤`.
    init(_ glyphs: String) {
      let glyphs = Array(glyphs.unicodeScalars)
      precondition(glyphs.count == 8, "a box has eight glyphs")
      (horizontal, vertical) = (glyphs[0], glyphs[1])
      (topLeft, topRight, bottomLeft, bottomRight) = (glyphs[2], glyphs[3], glyphs[4], glyphs[5])
      (teeLeft, teeRight) = (glyphs[6], glyphs[7])
    }
  }

  public var box: Box
  /// A box that has the focus.
  public var focusedBox: Box
  public var healthy: Unicode.Scalar
  public var degraded: Unicode.Scalar
  public var down: Unicode.Scalar
  public var unknown: Unicode.Scalar
  public var check: Unicode.Scalar
  public var cross: Unicode.Scalar
  /// Marks a selected row.
  public var pointer: Unicode.Scalar
  public var arrowLeft: Unicode.Scalar
  public var arrowRight: Unicode.Scalar
  public var arrowUp: Unicode.Scalar
  public var arrowDown: Unicode.Scalar
  public var ellipsis: Unicode.Scalar
  /// Between figures: `12 conn · fenced`.
  public var separator: Unicode.Scalar
  /// Stands for a value that is not known.
  public var dash: Unicode.Scalar
  public var multiply: Unicode.Scalar
  public var enter: Unicode.Scalar
  /// From lowest to highest; a sparkline's column.
  public var verticalRamp: [Unicode.Scalar]
  /// From narrowest to full; the end of a gauge.
  public var horizontalRamp: [Unicode.Scalar]
  /// A sparkline's column for which there is no sample.
  public var gap: Unicode.Scalar
  public var gaugeEmpty: Unicode.Scalar
  public var faderKnob: Unicode.Scalar
  /// Where a fader's knob stood, or another value on the same track.
  public var faderMark: Unicode.Scalar
  public var faderFilled: Unicode.Scalar
  public var faderEmpty: Unicode.Scalar
  public var scrollTrack: Unicode.Scalar
  public var scrollThumb: Unicode.Scalar
}

extension GlyphSet {
  /// For a UTF-8 locale and a font of a graphical terminal.
  public static let unicode = GlyphSet(
    box: Box("─│╭╮╰╯├┤"), focusedBox: Box("━┃┏┓┗┛┣┫"), healthy: "●", degraded: "▲", down: "✖", unknown: "?",
    check: "✓", cross: "✗", pointer: "▸", arrowLeft: "←", arrowRight: "→", arrowUp: "↑", arrowDown: "↓", ellipsis: "…",
    separator: "·", dash: "—", multiply: "×", enter: "⏎", verticalRamp: Array("▁▂▃▄▅▆▇█".unicodeScalars),
    horizontalRamp: Array("▏▎▍▌▋▊▉█".unicodeScalars), gap: " ", gaugeEmpty: " ", faderKnob: "●", faderMark: "○",
    faderFilled: "━", faderEmpty: "─", scrollTrack: "│", scrollThumb: "█")

  /// For a UTF-8 locale on the Linux console, whose fonts have 256 or 512 glyphs: those of code page 437.
  public static let linuxConsole = GlyphSet(
    box: Box("─│┌┐└┘├┤"), focusedBox: Box("═║╔╗╚╝╠╣"), healthy: "•", degraded: "▲", down: "x", unknown: "?",
    check: "√", cross: "x", pointer: "►", arrowLeft: "←", arrowRight: "→", arrowUp: "↑", arrowDown: "↓", ellipsis: "~",
    separator: "·", dash: "-", multiply: "x", enter: "¶", verticalRamp: Array("_▄█".unicodeScalars),
    horizontalRamp: Array("▌█".unicodeScalars), gap: " ", gaugeEmpty: "░", faderKnob: "■", faderMark: "o",
    faderFilled: "═", faderEmpty: "─", scrollTrack: "│", scrollThumb: "█")

  /// For any other locale.
  public static let ascii = GlyphSet(
    box: Box("-|++++++"), focusedBox: Box("=|++++++"), healthy: "*", degraded: "!", down: "X", unknown: "?",
    check: "+", cross: "x", pointer: ">", arrowLeft: "<", arrowRight: ">", arrowUp: "^", arrowDown: "v", ellipsis: "~",
    separator: "|", dash: "-", multiply: "x", enter: "$", verticalRamp: Array("_.-=#".unicodeScalars),
    horizontalRamp: Array("#".unicodeScalars), gap: " ", gaugeEmpty: ".", faderKnob: "O", faderMark: "o",
    faderFilled: "=", faderEmpty: "-", scrollTrack: "|", scrollThumb: "#")

  /// Every glyph of the set.
  public var all: [Unicode.Scalar] {
    let boxes = [box, focusedBox].flatMap {
      [$0.horizontal, $0.vertical, $0.topLeft, $0.topRight, $0.bottomLeft, $0.bottomRight, $0.teeLeft, $0.teeRight]
    }
    return boxes + verticalRamp + horizontalRamp + [
      healthy, degraded, down, unknown, check, cross, pointer, arrowLeft, arrowRight, arrowUp, arrowDown, ellipsis,
      separator, dash, multiply, enter, gap, gaugeEmpty, faderKnob, faderMark, faderFilled, faderEmpty, scrollTrack,
      scrollThumb,
    ]
  }
}
