public import Operations

/// What is read from the host when somebody looks, as far as it has come. What was read before stays in sight while it
/// is read again.
public struct Reading<Value: Sendable & Equatable>: Sendable, Equatable {
  public var link: LinkID
  /// Names the answer that is awaited; nil when none is.
  public var ticket: Int?
  public var value: Value?
  public var readAt: Timestamp?
  /// Why the last attempt brought nothing.
  public var failure: String?

  init(of link: LinkID) { self.link = link }
}
