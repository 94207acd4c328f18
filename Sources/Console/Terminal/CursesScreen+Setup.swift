import CNcurses
import CellGrid
import Glibc

extension CursesScreen {
  struct NewTerminal {
    var screen: OpaquePointer?
    var depth: ColorDepth
    var encoding: ColorEncoding
  }

  /// Opens the terminal, with its description extended by true colour where it can show that and the description does
  /// not say how.
  static func newTerminal(
    _ name: String, output: UnsafeMutablePointer<FILE>, input: UnsafeMutablePointer<FILE>, options: TerminalOptions
  ) -> NewTerminal {
    guard signalbox_read_description(name, fileno(output)) == 0 else {
      return NewTerminal(screen: nil, depth: .monochrome, encoding: .indexed(count: 0))
    }
    let colors = max(0, Int(signalbox_number("colors")))
    let hasDirectColor = signalbox_flag("RGB") != 0 || signalbox_number("RGB") > 0 || signalbox_flag("Tc") != 0
    signalbox_forget_description()
    let depth =
      options.colorDepth
      ?? ColorDepth.detect(environment: environmentValue, colors: colors, hasDirectColor: hasDirectColor)
    if colors > 256 { return NewTerminal(screen: newterm(nil, output, input), depth: depth, encoding: .direct) }
    if depth == .trueColor, let entry = TerminfoEntry.find(name, environment: environmentValue)?.withDirectColor() {
      return newTerminal(described: entry, colors: colors, output: output, input: input)
    }
    return NewTerminal(
      screen: newterm(nil, output, input), depth: min(depth, .palette256), encoding: .indexed(count: colors))
  }

  private static func newTerminal(
    described entry: [UInt8], colors: Int, output: UnsafeMutablePointer<FILE>, input: UnsafeMutablePointer<FILE>
  ) -> NewTerminal {
    let previous = environmentValue("TERMINFO")
    setenv("TERMINFO", "b64:" + TerminfoEntry.base64(entry), 1)
    let screen = newterm(nil, output, input)
    if let previous { setenv("TERMINFO", previous, 1) } else { unsetenv("TERMINFO") }
    // An ncurses that does not read descriptions from there has taken the plain one.
    if screen != nil, signalbox_number("colors") == 1 << 24 {
      return NewTerminal(screen: screen, depth: .trueColor, encoding: .extended)
    }
    return NewTerminal(
      screen: screen ?? newterm(nil, output, input), depth: .palette256, encoding: .indexed(count: colors))
  }

  /// Switches colours on; what is left of `depth` when the terminal has fewer.
  static func startColors(_ depth: ColorDepth) -> ColorDepth {
    guard depth > .monochrome, has_colors(), start_color() == OK else { return .monochrome }
    use_default_colors()
    switch signalbox_max_colors() {
    case ..<8: return .monochrome
    case ..<256: return min(depth, .ansi16)
    case 256: return min(depth, .palette256)
    default: return depth
    }
  }

  /// The sequences of keys that this terminal's description gives.
  static func describedKeys() -> [[UInt8]: Key] {
    var keys: [[UInt8]: Key] = [:]
    for (name, key) in KeySequences.capabilities {
      let sequence = TerminalModes.capability(name)
      if !sequence.isEmpty { keys[sequence] = key }
    }
    return keys
  }
}
