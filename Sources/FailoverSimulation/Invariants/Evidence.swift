import Operations

/// What a controller had in hand when it began something, taken down beside the engine and not by it.
struct Evidence: Sendable {
  struct Voice: Sendable {
    var network: String
    /// Nil for one that has not spoken lately.
    var health: Health?
    /// What the application said of its database, lately.
    var database: Health?
  }

  /// By cloud.
  var voices: [[Voice]] = [[], []]
  /// When what the target lacks was last measured.
  var lossMeasuredAt: Timestamp?
  /// When each database was last seen to answer.
  var databaseSeenAt: [Timestamp?] = [nil, nil]
  var at: Timestamp
  var isPaused = false
  var loss: LossEstimate?
}
