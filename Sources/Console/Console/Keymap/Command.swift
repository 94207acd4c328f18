/// Everything a key, the mouse or the palette can ask of the console.
public enum Command: String, Sendable, Hashable, CaseIterable {
  case focusNext, focusPrevious
  case up, down, left, right, pageUp, pageDown, first, last
  case stageMore, stageLess, stageOneMore, stageOneLess
  case open, undo, back
  case filter, palette, help, themes
  case redraw, suspend, quit
  /// Opens and closes the drill page.
  case drillPage
  /// Opens and closes the replication view.
  case replication
  case syncPause, syncVerify, syncVerifyAll, syncBaseline, syncRepair, syncNow, syncReverse
  case syncConflicts, syncDifferences, syncReapply
  /// Opens and closes the failover page.
  case failoverPage
  case failover, failback, evacuate, rejoin
  case pauseAutomation, acknowledge, stopCountdown
  /// Pause or resume, and abort, the operation that runs.
  case pauseOperation, abortOperation
  /// In a plan: set it going.
  case go
}

extension Command {
  /// Where a command is listed in the help.
  public enum Group: String, Sendable, CaseIterable {
    case levers = "Levers"
    case failover = "Failover"
    case moving = "Moving about"
    case looking = "Looking closer"
    case replication = "Replication, once s has opened it"
    case session = "This console"
  }
}
