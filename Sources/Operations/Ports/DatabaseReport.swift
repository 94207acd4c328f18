/// What an application said of its own database when it was probed, whatever else came of the probe.
public struct DatabaseReport: Sendable, Equatable {
  public var isReachable: Bool
  /// Whether the application may write there; nil when it did not say.
  public var isWritable: Bool?
  /// Why it is not reachable: `connection refused`.
  public var reason: String?

  public init(isReachable: Bool, isWritable: Bool?, reason: String? = nil) {
    self.isReachable = isReachable
    self.isWritable = isWritable
    self.reason = reason
  }
}
