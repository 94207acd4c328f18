import ArgumentParser
import Terminal

/// How the console looks.
struct ConsoleArguments: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("A theme by name; without it the one that T chose last.", valueName: "name"))
  var theme: String?
  @Option(
    name: .long, help: ArgumentHelp("A folder with theme files, looked at first.", valueName: "dir"),
    completion: .directory)
  var themes: String?
  @Option(help: "Colours: auto, mono, 16, 256 or truecolor.") var colors = ColorArgument.auto
  @Flag(help: "Draw with ASCII alone, whatever the locale.") var ascii = false
  @Flag(inversion: .prefixedNo, help: "Take clicks and the wheel.") var mouse = true

  func terminal(logFile: String) -> TerminalOptions {
    TerminalOptions(colorDepth: colors.depth, forcesASCII: ascii, usesMouse: mouse, logFile: logFile)
  }
}

/// A choice of colours on the command line.
enum ColorArgument: String, ExpressibleByArgument, CaseIterable, Sendable {
  case auto, mono, ansi16 = "16", palette256 = "256", truecolor

  /// Nil: what the terminal can do.
  var depth: ColorDepth? {
    switch self {
    case .auto: nil
    case .mono: .monochrome
    case .ansi16: .ansi16
    case .palette256: .palette256
    case .truecolor: .trueColor
    }
  }
}
