public import CellGrid

/// What comes from the terminal, or happens to it.
public enum TerminalInput: Hashable, Sendable {
  case key(Key)
  case mouse(MouseEvent)
  /// Text pasted as a whole (bracketed paste), at most 64 KiB, as it came: sanitise before showing.
  case paste(String)
  /// The terminal has another size from now on; the next frame should fit it.
  case resize(Size)
  /// The process is about to be stopped; the terminal is the shell's.
  case suspended
  /// The process runs again; the terminal is ours, of this size, and has been redrawn.
  case resumed(Size)
  /// SIGHUP, or the terminal is gone. The screen is closed, the stream ends after this.
  case hangup
  /// SIGINT or SIGTERM came from outside; a good exit status is 128 plus its number. The screen is closed, the stream
  /// ends after this.
  case terminated(signal: Int32)
}
