/// What a person says to the automation. It takes effect at once; it is journalled, and is no plan.
public enum AutomationChange: String, Sendable, Codable, CaseIterable {
  /// Nothing is changed without a person until `resume`; observing goes on. A countdown ends.
  case pause
  case resume
  /// The last automatic action has been seen: another may follow.
  case acknowledge
  /// Ends the countdown; the engine proposes instead, until the subject is healthy again.
  case stopCountdown = "stop-countdown"
}

/// What a person says to a running operation.
public enum OperationControl: String, Sendable, Codable, CaseIterable {
  /// Nothing more begins after the step that runs.
  case pause
  case resume
  /// Before the point of no return: what was done is compensated, in reverse. Past it this is refused.
  case abort
}
