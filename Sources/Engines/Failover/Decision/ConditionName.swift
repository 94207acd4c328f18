/// The ledger's conditions, in the order in which they are looked at. Commands and documentation know them by these.
enum ConditionName {
  /// The policy is `automatic`.
  static let automatic = "automatic"
  static let notPaused = "not-paused"
  /// This host holds the controller's lease.
  static let leaseHeld = "lease-held"
  /// The journal can be written, and has been read: what it holds of the time before is known.
  static let journal = "journal"
  /// Some vantage sees something healthy somewhere.
  static let notCutOff = "not-cut-off"
  static let primaryDown = "primary-down"
  static let databaseDown = "database-down"
  static let cloudDown = "cloud-down"
  /// Enough vantages on enough networks say so.
  static let quorum = "quorum"
  /// For as long as the policy asks.
  static let confirmed = "confirmed"
  static let notFlapping = "not-flapping"
  /// No two databases say that they take writes.
  static let onePrimary = "one-primary"
  static let targetHealthy = "target-healthy"
  static let targetDatabase = "target-database"
  static let lossWithinRPO = "loss-within-rpo"
  /// The old primary can be proven not to take writes any more.
  static let fenceProvable = "fence-provable"
  static let noOperation = "no-operation"
  /// What is seen is newer than what was last changed.
  static let seenSinceChange = "seen-since-change"
  /// It has not acted already in this window, or that was acknowledged.
  static let windowOpen = "window-open"
  /// No person has stopped the countdown.
  static let notStopped = "not-stopped"
  /// The interlocks of the plan.
  static let interlocksClear = "interlocks-clear"
}
