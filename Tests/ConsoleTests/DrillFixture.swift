import Operations

/// A loss of aws on purpose, at its instants.
enum DrillFixture {
  private static let aws = SnapshotFixture.aws
  private static let azure = SnapshotFixture.azure
  private static let titles = ["Detected", "Decided", "DNS changed", "99 % of users served again"]

  /// - Parameters:
  ///   - fault: seconds since the fault; nil before it.
  ///   - measured: of the four instants, those that have come.
  static func drill(_ phase: String, fault: Int?, measured: [Double] = []) -> DrillSnapshot {
    let isHurting = fault.map { $0 < 9 } ?? false
    var drill = DrillSnapshot(
      name: "cloud-loss", phase: phase, sinceFaultSeconds: fault.map { Double($0) + 0.4 }, users: 1000,
      requestsPerSecond: 337, failuresPerSecond: isHurting ? 141 : 0,
      shares: [
        CloudShare(cloud: aws, share: fault == nil ? 0.49 : isHurting ? 0.3 : 0),
        CloudShare(cloud: azure, share: fault == nil ? 0.51 : isHurting ? 0.7 : 1),
      ])
    (drill.run, drill.runs) = (3, 20)
    drill.elapsedSeconds = 25.4 + Double(fault ?? -4)
    (drill.requests, drill.failures) =
      fault == nil ? (7_412, 0) : (Int(337 * (fault ?? 0)), min(1_122, 141 * (fault ?? 0)))
    drill.instants = titles.enumerated().map { index, title in
      .init(title: title, seconds: index < measured.count ? measured[index] : nil)
    }
    drill.history = history(fault: fault)
    return drill
  }

  /// 25 s before the fault, and what came after it.
  private static func history(fault: Int?) -> DrillSnapshot.History {
    var history = DrillSnapshot.History()
    let length = 25 + (fault ?? -4)
    history.requests = (0..<length).map { 330 + Double($0 * 7 % 23) }
    history.failures = (0..<length).map { second in
      (25..<34).contains(second) ? Double([160, 158, 150, 141, 120, 80, 40, 22, 6][second - 25]) : 0
    }
    let share = (0..<length).map { second -> Double? in
      second < 25 ? 0.49 + Double(second % 3) * 0.01 : max(0, 0.5 - Double(second - 25) * 0.06)
    }
    history.shares = [
      .init(cloud: aws, samples: share), .init(cloud: azure, samples: share.map { $0.map { 1 - $0 } }),
    ]
    history.faultIndex = fault == nil ? nil : 25
    return history
  }

  static func snapshot(_ drill: DrillSnapshot, of base: Snapshot, ago: Double = 0.5) -> Snapshot {
    var snapshot = base
    snapshot.drill = Observation(
      drill, source: "the drill", observedAt: SnapshotFixture.ago(ago), staleAfter: .seconds(5))
    return snapshot
  }

  static let before = snapshot(drill("the usual state is measured for 10 s", fault: nil), of: FailoverFixture.watching)

  static let hurting = snapshot(
    drill("the host is given 45 s to act", fault: 4, measured: [2.6, 2.8, 3.4]), of: FailoverFixture.pastReturn)

  static let recovered = snapshot(
    drill("what it did is watched until +45 s", fault: 31, measured: [2.6, 2.8, 3.4, 8.7]), of: FailoverFixture.acted)

  static let asked: Snapshot = {
    var made = drill("what it did is watched until +45 s", fault: 12, measured: [])
    made.name = "switchover"
    (made.run, made.runs) = (1, 1)
    (made.failuresPerSecond, made.failures) = (0, 2)
    made.instants = [
      .init(title: "Detected", seconds: nil, remark: "an operator begins it, so there is no failure to detect"),
      .init(title: "Decided", seconds: nil, remark: "an operator decided"),
      .init(title: "99 % of users served again", seconds: 0),
    ]
    return snapshot(made, of: FailoverFixture.watching)
  }()

  static let withoutUsers: Snapshot = {
    var made = drill("what it did is watched until +45 s", fault: 12)
    made.users = 0
    made.history = .init()
    made.instants = [.init(title: "Decided", seconds: nil, remark: "an operator decided")]
    return snapshot(made, of: FailoverFixture.watching)
  }()

  static let silent = snapshot(
    drill("the host is given 45 s to act", fault: 4, measured: [2.6]), of: FailoverFixture.held, ago: 14)

  /// Such as no drill would ever tell.
  static let hostile: Snapshot = {
    var made = drill("\u{1B}[2J\u{202E}phase\r\n", fault: 3)
    made.name = String(repeating: "漢", count: 60)
    made.sinceFaultSeconds = .infinity
    made.elapsedSeconds = .nan
    (made.requestsPerSecond, made.failuresPerSecond) = (.nan, .infinity)
    (made.requests, made.failures, made.users) = (.max, .min, .max)
    made.instants = (0..<9).map { .init(title: "\u{1B}]0;x\u{7}\($0)", seconds: $0 == 0 ? .nan : nil, remark: "\r") }
    made.history.requests = [.nan, -1, 1e300, nil]
    made.history.failures = []
    made.history.shares = (0..<9).map { .init(cloud: CloudID("\u{1B}[7m\($0)"), samples: [2, -3, .infinity]) }
    made.history.faultIndex = -7
    return snapshot(made, of: FailoverFixture.watching)
  }()
}
