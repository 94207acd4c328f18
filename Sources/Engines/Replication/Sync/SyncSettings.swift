public import Operations

/// What the levers of replication go by.
public struct SyncSettings: Sendable {
  /// A comparison older than this is no ground for a repair.
  public var verifyValidity: Duration = .seconds(600)
  /// A link further behind than this is not reversed.
  public var reverseLag: Duration = .seconds(10)
  /// Above it, two commits cannot be put in order by their times.
  public var clockSkewLimits: [LinkID: Duration]
  /// The rate that a copy is given in a prediction while none has been measured, in bytes a second.
  public var copyAllowance: Double = 20_000_000
  /// The same for a comparison.
  public var verifyAllowance: Double = 50_000_000

  /// Links that take snapshots and compare versions: a row of the target's that is the later one stays.
  public var keepingLater: Set<LinkID>

  public init(clockSkewLimits: [LinkID: Duration] = [:], keepingLater: Set<LinkID> = []) {
    self.clockSkewLimits = clockSkewLimits
    self.keepingLater = keepingLater
  }

  /// Every rule of the levers, the most telling first.
  public var interlocks: [any Interlock] {
    [
      JournalWritable(), LeaseHeld(), NoOtherOperation(), GenerationCurrent(),
      TargetTakesWrites(keepingLater: keepingLater), SourceIsPrimary(),
      LinkRuns(), LinkBehind(limit: reverseLag), TablesSetAside(), TargetWritten(), ClockSkew(limits: clockSkewLimits),
      VerifyFirst(validity: verifyValidity),
    ]
  }
}
