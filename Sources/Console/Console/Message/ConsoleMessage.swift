public import CellGrid
public import Operations

/// Everything that can happen to the console. Time and input come in here and nowhere else.
public enum ConsoleMessage: Sendable {
  case host(HostUpdate)
  case key(Keystroke, at: Timestamp)
  /// Text pasted as a whole; it goes into a line that is being typed and nowhere else.
  case paste(String)
  /// A press of the main mouse button.
  case click(Point, at: Timestamp)
  /// Lines turned by the wheel; positive towards the user.
  case wheel(Point, lines: Int)
  case resized(Size)
  /// The wall clock, about once a second: for the header's clock, ages and countdowns.
  case tick(Timestamp)
  case planMade(Plan, ticket: Int, at: Timestamp)
  case planFailed(String, ticket: Int, at: Timestamp)
  case executionStarted(OperationID, ticket: Int)
  case executionRefused(Refusal, ticket: Int, at: Timestamp)
  case executionFailed(String, ticket: Int, at: Timestamp)
  case conflictsRead([ReplicationConflict], ticket: Int, at: Timestamp)
  case differencesRead([TableDifference], ticket: Int, at: Timestamp)
  case readingFailed(String, ticket: Int)
  /// The automation or an operation has been told what an operator wants of it; what came of that, for a person.
  case changed(String, ticket: Int)
  case changeFailed(String, ticket: Int)
  /// The theme that was chosen is shown but will not be at the next start, and why.
  case themeNotKept(String)
}

/// What `update` wants done to the world outside the model.
public enum ConsoleEffect: Sendable, Equatable {
  /// Ask the host for a plan; the answer carries `ticket`, so that a late one is recognised.
  case requestPlan(LeverRequest, ticket: Int)
  case execute(PlanID, overriding: [InterlockName], ticket: Int)
  /// Ask the host for rows; the answer carries `ticket`.
  case readConflicts(LinkID, newest: Int, ticket: Int)
  case readDifferences(LinkID, limit: Int, ticket: Int)
  /// Tell the automation; takes effect at once.
  case change(AutomationChange, ticket: Int)
  /// Tell a running operation.
  case control(OperationID, OperationControl, ticket: Int)
  /// Keep the choice of a theme for the next start.
  case keepTheme(String)
  /// Throw away input that was typed before what is on the screen now.
  case dropTypeAhead
  case redraw
  case suspend
  case quit
}
