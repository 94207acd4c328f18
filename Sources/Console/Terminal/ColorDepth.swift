/// How many colours a terminal shows; in order.
public enum ColorDepth: Int, Hashable, Sendable, Comparable, CaseIterable {
  /// None but its own two: attributes only.
  case monochrome
  /// The sixteen (or eight, with bold) ANSI colours.
  case ansi16
  case palette256
  case trueColor

  public static func < (left: ColorDepth, right: ColorDepth) -> Bool { left.rawValue < right.rawValue }

  /// What the environment and the terminal's description promise.
  ///
  /// - `NO_COLOR` with any value but the empty one: monochrome (no-color.org).
  /// - `COLORTERM=truecolor` or `24bit`, or terminfo's `RGB` or `Tc`: true colour, but for GNU screen and the Linux
  ///   console, which inherit the variable from outside and do not understand the sequences.
  /// - Otherwise what terminfo counts.
  ///
  /// - Parameters:
  ///   - environment: looked up by name.
  ///   - colors: terminfo's `colors`; below 8 counts as none.
  ///   - hasDirectColor: terminfo's `RGB` or `Tc`.
  public static func detect(
    environment: (String) -> String?, colors: Int, hasDirectColor: Bool
  ) -> ColorDepth {
    if environment("NO_COLOR")?.isEmpty == false { return .monochrome }
    guard colors >= 8 else { return .monochrome }
    if hasDirectColor { return .trueColor }
    let term = environment("TERM") ?? ""
    let isScreen = term.hasPrefix("screen") && environment("TMUX") == nil
    let promise = environment("COLORTERM") ?? ""
    if promise == "truecolor" || promise == "24bit", !isScreen, !term.hasPrefix("linux"), colors >= 256 {
      return .trueColor
    }
    return colors >= 256 ? .palette256 : .ansi16
  }
}
