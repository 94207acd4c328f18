/// What an operator, or the failover engine by itself, asks to be moved. Each becomes a plan.
public enum FailoverRequest: Sendable, Equatable, Codable {
  /// Weights alone, in `stages` equal steps with a health gate between them; 1 is all at once.
  case shift(Weights, stages: Int)
  /// All traffic away from a cloud, until its last client has left; its database keeps its role.
  case evacuate(CloudID)
  /// Planned: the primary is fenced, the secondary catches up to its last LSN and takes over. Nothing is lost.
  case switchover(to: CloudID)
  /// Unplanned: as far as the old primary can be reached. What was not replicated is lost, and measured first.
  case failover(to: CloudID)
  /// Takes an old primary in again as a secondary: fenced before anything else, its divergent rows exported.
  case rejoin(CloudID, RejoinMethod)
  /// A switchover back; never made by itself, and held while rows differ.
  case failback(to: CloudID)
}

/// What becomes of rows that only an old primary has.
public enum RejoinMethod: String, Sendable, Codable, CaseIterable {
  /// Divergent rows are exported, then discarded: the old primary's tables are made equal to the new primary's.
  case rebuild
  /// Rows that only the old primary has are exported and written to the new primary; of two versions of a row the new
  /// primary's stays.
  case merge
}
