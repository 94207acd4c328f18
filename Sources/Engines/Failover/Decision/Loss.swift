import Operations

/// A bound, and what it stands on.
struct Loss: Sendable, Equatable {
  var estimate: LossEstimate
  /// When the target's state was last measured.
  var measuredAt: Timestamp
  var source: String
  /// Why the bound bounds nothing: tables that the target does not have. Nil when it holds.
  var obstacle: String?
}
