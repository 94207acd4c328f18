import Lab
import Operations

@testable import Drill

/// A recorded loss of a cloud, made by rule: the same on every machine.
enum Fixture {
  static let aws = CloudID("aws")
  static let azure = CloudID("azure")
  static let begunAt = Timestamp("2026-11-23T14:02:07.000Z") ?? Timestamp(microsecondsSinceEpoch: 0)
  static let clouds = DrillClouds(primary: aws, secondary: azure)
  static let settings = DrillSettings(users: 100)

  /// The fault is at 20 s, healing at 50 s.
  static func recording(_ name: DrillName = .cloudLoss) -> DrillRecording {
    var recording = DrillRecording(
      plan: .make(name, clouds: clouds, settings: settings), begunAt: begunAt, endSeconds: 60)
    recording.baselineSeconds = 10
    recording.zeroSeconds = 20
    recording.healedSeconds = 50
    recording.usersLeftSeconds = 55
    return recording
  }

  /// A user asks once a second and has an address for five. Those of the dead cloud fail until the name has changed, at
  /// 24.2 s, and their address is used up; every tenth request writes a row.
  static func cloudLoss(delay: Double = 0) -> DrillRecording {
    var recording = recording()
    recording.visits = visits(changedAt: 24.2 + delay)
    recording.answers = stride(from: 10.0, to: 55, by: 0.1).map { at in
      AnswerRecord(atSeconds: at, countByCloud: at < 24.2 + delay ? [aws: 10, azure: 10] : [azure: 20])
    }
    recording.sights = sights(delay: delay)
    recording.marks = [
      DrillMark(0, .phase, "users come"), DrillMark(10, .phase, "the usual state is measured"),
      DrillMark(20, .fault, "kill-cloud aws"), DrillMark(50, .heal, "every fault is taken back"),
    ]
    recording.rowChecks = [
      RowCheck(
        cloud: azure, atSeconds: 50, isInTheEnd: false, records: recording.visits,
        present: rows(recording.visits, without: [3])),
      RowCheck(
        cloud: aws, atSeconds: 58, isInTheEnd: true, records: recording.visits,
        present: rows(recording.visits, without: [])),
    ]
    recording.sides = SidesCheck(
      comparing: [aws, azure].map { ($0, [TableDigest(name: "public.tasks", rows: 412, hash: "77")]) },
      equalAfterSeconds: 1.5)
    return recording
  }

  static func rows(_ visits: [VisitRecord], without missing: Set<Int>) -> [Int: Int] {
    visits.reduce(into: [:]) { present, visit in
      if let row = visit.row, visit.acknowledges, !missing.contains(row) { present[row] = 1 }
    }
  }

  private static func visits(changedAt: Double) -> [VisitRecord] {
    var visits: [VisitRecord] = []
    var row = 0
    for second in 0..<55 {
      for user in 0..<100 {
        let sent = Double(second) + Double(user) / 100
        // Users ask the name server at different times, and keep its answer for five seconds.
        let asked = sent - Double((second + user) % 5)
        let usesAWS = user.isMultiple(of: 2) && asked < changedAt
        let isDead = usesAWS && sent >= 20
        let isWrite = (second + user).isMultiple(of: 10)
        if isWrite { row += 1 }
        visits.append(
          VisitRecord(
            user: user, kind: isWrite ? .write : .read, cloud: usesAWS ? "aws" : "azure", sentSeconds: sent,
            endedSeconds: sent + (usesAWS ? 0.012 : 0.02), failure: isDead ? "connect: connection refused" : nil,
            row: isWrite ? row : nil, acknowledges: isWrite && !isDead))
      }
    }
    return visits
  }

  static func sight(
    _ at: Double, aws health: Health = .healthy, targets: Int = 3, state: FailoverSnapshot.State = .watching,
    subject: CloudID? = nil, primary: CloudID? = aws, weights: [Int] = [50, 50], isFresh: Bool = true,
    policy: Automation = .automatic, operations: [OperationSnapshot] = []
  ) -> HostSight {
    HostSight(
      atSeconds: at,
      clouds: [
        HostSight.Cloud(id: aws, health: health, healthyTargets: targets),
        HostSight.Cloud(id: azure, health: .healthy, healthyTargets: 3),
      ],
      primary: primary, weights: Weights([(aws, weights[0]), (azure, weights[1])]), weightsAreFresh: isFresh,
      policy: policy, state: state, subject: subject, request: nil, operations: operations)
  }

  private static func sights(delay: Double) -> [HostSight] {
    [
      sight(1), sight(23.1 + delay, aws: .down, state: .confirmed, subject: aws),
      sight(
        23.4 + delay, aws: .down, state: .acting, subject: aws, operations: [failover(endedAt: nil, delay: delay)]),
      sight(
        26 + delay, aws: .down, state: .acted, subject: aws, primary: azure, weights: [0, 50],
        operations: [failover(endedAt: 25.9, delay: delay)]),
    ]
  }

  static func failover(endedAt: Double?, delay: Double = 0, actor: String = "automatic") -> OperationSnapshot {
    func time(_ seconds: Double) -> Timestamp { begunAt + .seconds(seconds + delay) }
    let isDone = endedAt != nil
    return OperationSnapshot(
      id: OperationID("f1"), title: "Fail over: aws → azure", kind: .failover, state: isDone ? .done : .running,
      actor: actor, startedAt: time(23.3),
      steps: [
        .init(
          title: "await the end of aws's lease", mutates: false, state: .done, startedAt: time(23.3),
          endedAt: time(23.5), detail: "ended 0.1 s ago"),
        .init(
          title: "promote azure", mutates: true, state: isDone ? .done : .running, startedAt: time(23.5),
          endedAt: isDone ? time(24.0) : nil),
        .init(
          title: "weights 0/100", mutates: true, state: isDone ? .done : .pending,
          startedAt: isDone ? time(24.0) : nil, endedAt: isDone ? time(25.9) : nil, detail: "<b>&\"|</b>"),
      ])
  }

  static let ground = DrillGround(
    service: "app.example.test",
    machine: .init(
      processor: "Example 3000", cores: 2, memoryMegabytes: 24_105, kernel: "6.1.0", loadAtStart: 0.4),
    lab: .init(directory: "/tmp/lab", instancesPerCloud: 3), ttlSeconds: 5, policy: "automatic",
    probing: ["every 1 s", "3 failures"], version: "0.1.0")

  static func report(_ recordings: [DrillRecording], _ name: DrillName = .cloudLoss) -> DrillReport {
    DrillReport(recordings, name: name, clouds: [aws, azure], ground: ground, at: begunAt)
  }
}
