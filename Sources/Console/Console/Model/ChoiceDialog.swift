public import Operations

/// A lever that could mean more than one thing: which is meant. Choosing only asks for a plan.
public struct ChoiceDialog: Sendable, Equatable {
  public var title: String
  public var options: [FailoverRequest]
  public var selected = 0
  /// Keys are ignored for a moment from here.
  public var guardedSince: Timestamp
}
