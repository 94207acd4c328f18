/// Why a terminal could not be opened.
public enum TerminalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Standard input or output (named) is a file or a pipe.
  case notATerminal(stream: String)
  /// `TERM` is not set, or no terminfo entry has its name.
  case unknownTerminal(name: String?)
  /// The terminal cannot place its cursor.
  case notAddressable(name: String)
  /// The process has one screen, and it is open.
  case alreadyOpen
  case logFile(path: String, reason: String)
  case system(call: String, reason: String)

  public var description: String {
    switch self {
    case .notATerminal(let stream):
      "\(stream) is not a terminal; start the console in one, or use a command such as `signalbox status`"
    case .unknownTerminal(nil):
      "TERM is not set; set it to what the terminal is, such as TERM=xterm-256color"
    case .unknownTerminal(let name?):
      """
      TERM=\(name) is not in this machine's terminfo; set TERM to an entry that is, such as xterm-256color, \
      screen-256color or linux, or install ncurses-term
      """
    case .notAddressable(let name):
      "TERM=\(name) cannot place a cursor; set TERM to what the terminal is, such as xterm-256color"
    case .alreadyOpen: "the terminal's screen is open already"
    case .logFile(let path, let reason): "cannot open \(path) for standard error: \(reason)"
    case .system(let call, let reason): "\(call) failed: \(reason)"
    }
  }
}
