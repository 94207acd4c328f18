/// What a figure should be, and over several runs whose value is held against it.
public struct DrillAim: Sendable, Equatable, Codable {
  public enum Judged: String, Sendable, Codable {
    case median
    /// Every run must meet it.
    case worst
  }

  public var figure: FigureName
  /// At most, in the figure's unit.
  public var limit: Double
  public var judged: Judged

  public init(_ figure: FigureName, atMost limit: Double, _ judged: Judged = .worst) {
    self.figure = figure
    self.limit = limit
    self.judged = judged
  }

  /// What is aimed at in each drill. Where nothing better is known, it is the old report's failover of 60 s.
  static func of(_ name: DrillName) -> [DrillAim] {
    let equal = DrillAim(.differingTables, atMost: 0)
    let noLoss = DrillAim(.lostRows, atMost: 0)
    let noAction = DrillAim(.automaticActions, atMost: 0)
    return switch name {
    case .cloudLoss:
      [
        DrillAim(.detection, atMost: 4), DrillAim(.nameChangeAfterDetection, atMost: 1),
        DrillAim(.usersServed, atMost: 10), DrillAim(.automaticActions, atMost: 1), equal,
      ]
    case .databaseLoss, .databaseFreeze:
      [
        DrillAim(.usersServed, atMost: Comparison.reportFailoverSeconds), DrillAim(.automaticActions, atMost: 1), equal,
      ]
    case .switchover:
      [noLoss, DrillAim(.writeGap, atMost: 2, .median), DrillAim(.failedReads, atMost: 0), noAction, equal]
    case .nameAPIDown: [DrillAim(.failedRequests, atMost: 0), noLoss, noAction, equal]
    case .partition: [DrillAim(.failedReads, atMost: 0), noLoss, noAction, equal]
    // It fails for three seconds at a time.
    case .flap: [DrillAim(.writeGap, atMost: 5), DrillAim(.automaticActions, atMost: 1), equal]
    case .instanceLoss: [DrillAim(.usersServed, atMost: 10), noLoss, noAction, equal]
    case .consoleCrash:
      [
        noLoss, DrillAim(.operationEnd, atMost: Comparison.reportFailoverSeconds), DrillAim(.failedReads, atMost: 0),
        equal,
      ]
    }
  }
}
