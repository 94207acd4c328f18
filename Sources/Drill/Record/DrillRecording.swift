public import Lab
public import Operations

/// Everything that was seen in one run, with its time by one clock: seconds since the run began. All figures are
/// computed from it.
public struct DrillRecording: Sendable, Equatable {
  public var plan: DrillPlan
  public var begunAt: Timestamp
  /// When the fault was asked for, or the lever pulled: the earliest it can have had an effect.
  public var zeroSeconds: Double?
  /// When the usual state began to be measured.
  public var baselineSeconds: Double?
  /// When healing began; nil where nothing was healed.
  public var healedSeconds: Double?
  public var usersLeftSeconds: Double?
  public var endSeconds: Double
  public var visits: [VisitRecord] = []
  public var sights: [HostSight] = []
  public var answers: [AnswerRecord] = []
  public var marks: [DrillMark] = []
  public var rowChecks: [RowCheck] = []
  public var sides: SidesCheck?
  /// Whether the drill decided in an operator's place, since the host's policy leaves it to a person.
  public var isActedByHand = false
  /// What could not be done, and so not measured, each a sentence.
  public var troubles: [String] = []

  public init(plan: DrillPlan, begunAt: Timestamp, endSeconds: Double = 0) {
    self.plan = plan
    self.begunAt = begunAt
    self.endSeconds = endSeconds
  }

  /// Until when the fault's effect is looked at: the healing, the users' leaving, or the end.
  public var effectEndSeconds: Double { healedSeconds ?? usersLeftSeconds ?? endSeconds }

  public func seconds(_ timestamp: Timestamp) -> Double { (timestamp - begunAt).inSeconds }
}
