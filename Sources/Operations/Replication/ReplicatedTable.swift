/// One table of a link.
public struct ReplicatedTable: Sendable, Equatable, Codable, Identifiable {
  public enum State: String, Sendable, Codable, CaseIterable {
    /// Its baseline has not begun.
    case waiting
    /// Its rows are being copied.
    case copying
    /// Copied; changes since are being applied.
    case streaming
    /// Set aside with a reason, while the others go on.
    case parked
    /// Never taken in, with a reason: no key, for instance.
    case refused
  }

  /// How far the target's table is behind the source's.
  public struct Lag: Sendable, Equatable, Codable {
    /// Age of the newest state that it has, while there is a newer one; else 0.
    public var seconds: Double
    /// Log of all tables that was written since.
    public var bytes: UInt64

    public init(seconds: Double, bytes: UInt64) {
      self.seconds = seconds
      self.bytes = bytes
    }
  }

  /// `public.account`.
  public var name: String
  public var state: State
  /// Why it is parked or refused and what would mend it, naming the column where one is the cause.
  public var reason: String?
  /// Rows inserted, changed and deleted at the target since the link was made, the baseline's not counted.
  public var rowsApplied: Int
  public var rowsPerSecond: Double
  /// One sample a second, oldest first; empty where there was nothing but zeros.
  public var rowsHistory: [Double] = []
  /// Transactions come in the order of their commits, so what streams is as far as its link. What is parked falls
  /// behind from then on. Nil while it is not known, and before the table was copied.
  public var lag: Lag?
  /// Share of the baseline that has been copied, 0 to 1; nil when none is running.
  public var baselineProgress: Double?
  /// Until its copy ends at the present rate; nil while there is none.
  public var baselineRemainingSeconds: Double?
  public var conflicts: Int
  public var lastVerify: VerifySummary?
  /// Its size at the source, without indexes; nil until seen.
  public var bytes: UInt64?

  public var id: String { name }

  public init(
    name: String, state: State, reason: String? = nil, rowsApplied: Int = 0, rowsPerSecond: Double = 0,
    baselineProgress: Double? = nil, conflicts: Int = 0, lastVerify: VerifySummary? = nil,
    bytes: UInt64? = nil
  ) {
    self.name = name
    self.state = state
    self.reason = reason
    self.rowsApplied = rowsApplied
    self.rowsPerSecond = rowsPerSecond
    self.baselineProgress = baselineProgress
    self.conflicts = conflicts
    self.lastVerify = lastVerify
    self.bytes = bytes
  }
}

extension Collection<ReplicatedTable> {
  /// The first by name and how many more there are; nil where there is none.
  public var briefly: String? { first.map { count > 1 ? "\($0.name) and \(count - 1) more" : $0.name } }
}
