/// Which of two versions of a row is the later one: by commit time, then by node. The order is total, so every place
/// that sees the same versions, in whatever order, keeps the same one.
public struct RowVersion: Hashable, Sendable, Comparable, Codable {
  /// On the clock of the database where the change was first committed.
  public var committedAt: Timestamp
  /// Where it was first committed.
  public var node: CloudID

  public init(committedAt: Timestamp, node: CloudID) {
    self.committedAt = committedAt
    self.node = node
  }

  public static func < (left: RowVersion, right: RowVersion) -> Bool {
    (left.committedAt, left.node) < (right.committedAt, right.node)
  }
}
