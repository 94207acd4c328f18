public import Operations

/// What is asked before something that is no plan is told to the host. What takes liberty from the automation needs no
/// such question; what gives it back does.
public struct Confirmation: Sendable, Equatable {
  public enum Subject: Sendable, Equatable {
    case automation(AutomationChange)
    case operation(OperationID, OperationControl)
  }

  public var subject: Subject
  /// Keys are ignored for a moment from here.
  public var guardedSince: Timestamp
}
