public import CellGrid
public import Terminal

/// What the console needs of a terminal.
public protocol ConsoleScreen: Sendable {
  var size: Size { get }
  var input: AsyncStream<TerminalInput> { get }
  var capabilities: TerminalCapabilities { get }
  /// Shows `grid` and returns at once.
  func draw(_ grid: CellGrid, cursor: Point?)
  /// Sends the whole screen anew.
  func redraw() async
  /// Gives the terminal to the shell; returns when the process goes on.
  func suspend() async
  func close() async
}

extension TerminalScreen: ConsoleScreen {}
