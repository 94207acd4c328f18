/// Settings that cannot go together.
public struct PolicyContradiction: Sendable, Equatable, CustomStringConvertible {
  /// The key of the configuration that should change: `rpo`.
  public var key: String
  public var reason: String
  public var remedy: String

  public var description: String { "\(reason); \(remedy)" }
}
