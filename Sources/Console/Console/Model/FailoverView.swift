/// The failover page, while it is open.
public struct FailoverView: Sendable, Equatable {
  /// First line shown, where they do not all fit.
  public var scroll = 0
}
