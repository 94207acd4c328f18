import Lab
import Operations

/// The figures of one run, computed from what was recorded and from nothing else.
public struct RunFigures: Sendable {
  let recording: DrillRecording
  let service: UserService

  public init(_ recording: DrillRecording) {
    self.recording = recording
    service = UserService(recording.visits, users: recording.plan.settings.users, endSeconds: recording.visitsEnd)
  }

  /// Every figure that says something about this drill, in the order of a report.
  public var all: [Figure] { names.map { Figure($0, value($0)) } }

  private var names: [FigureName] { Self.names(of: recording.plan) }

  /// What a drill is not about is left out of its report, rather than told of as not measured.
  static func names(of plan: DrillPlan) -> [FigureName] {
    let aimed = Set(plan.aims.map(\.figure))
    return FigureName.allCases.filter { name in
      switch name {
      case .nameChange, .nameChangeAfterDetection: [.cloudLoss, .flap].contains(plan.name) || aimed.contains(name)
      case .operationEnd, .decision: aimed.contains(name) || plan.isActedOn
      case .detection: plan.sign.isSomething
      default: true
      }
    }
  }

  public func value(_ name: FigureName) -> FigureValue {
    switch name {
    case .detection: HostTimes(recording).detection
    case .decision: HostTimes(recording).decision
    case .operationEnd: HostTimes(recording).operationEnd
    case .automaticActions: HostTimes(recording).automaticActions
    case .nameChange: nameChange
    case .nameChangeAfterDetection: nameChangeAfterDetection
    case .usersServed: served(service)
    case .readersServed: served(readers)
    case .failedRequests: failures { _ in true }
    case .failedReads: failures { $0.kind == .read }
    case .writeGap: gap { $0.acknowledges }
    case .writeGapBefore: writeGapBefore
    case .readGap: gap { $0.kind == .read && $0.failure == nil }
    case .lostRows: rows(recording.rowChecks.first { !$0.isInTheEnd }) { $0.lost }
    case .lostRowsInTheEnd: rows(recording.rowChecks.first(where: \.isInTheEnd)) { $0.lost }
    case .doubledRows: rows(recording.rowChecks.last) { $0.doubled }
    case .differingTables: differingTables
    case .equalAfter: equalAfter
    case .baselineLatency: baselineLatency(nil)
    }
  }

  /// Seconds from the zero of the figures to an instant.
  private func sinceZero(_ instant: Double?) -> FigureValue {
    guard let zero = recording.zeroSeconds else { return .notMeasured("nothing had happened yet when the run ended") }
    guard let instant else { return .never(withinSeconds: recording.effectEndSeconds - zero) }
    return .measured(max(0, instant - zero))
  }

  private var nameChange: FigureValue {
    guard let zero = recording.zeroSeconds else { return sinceZero(nil) }
    let subject = recording.plan.subject
    switch NameChange.find(recording.answers, of: subject, from: zero, to: recording.effectEndSeconds) {
    case .changed(let instant): return sinceZero(instant)
    case .unchanged: return sinceZero(nil)
    case .unknown(let reason): return .notMeasured(reason)
    }
  }

  private var nameChangeAfterDetection: FigureValue {
    switch (HostTimes(recording).detection, nameChange) {
    case (.measured(let detection), .measured(let change)): .measured(max(0, change - detection))
    case (.measured, let other): other
    case (.never, _): .notMeasured("the failure was not detected")
    case (let other, _): other
    }
  }

  private static let noUsers = FigureValue.notMeasured("no virtual users were sent")

  private func served(_ service: UserService) -> FigureValue {
    guard !recording.visits.isEmpty else { return Self.noUsers }
    guard let zero = recording.zeroSeconds else { return sinceZero(nil) }
    return sinceZero(service.recovered(from: zero))
  }

  private var readers: UserService {
    UserService(recording.visits, users: recording.plan.settings.users, endSeconds: recording.visitsEnd) {
      $0.kind == .read
    }
  }

  private func failures(_ isCounted: (VisitRecord) -> Bool) -> FigureValue {
    guard !recording.visits.isEmpty else { return Self.noUsers }
    guard let zero = recording.zeroSeconds else { return sinceZero(nil) }
    return .measured(
      Double(recording.visits.count { $0.endedSeconds >= zero && $0.failure != nil && isCounted($0) }))
  }

  /// The longest time without an instant of the kind.
  private func gap(_ isCounted: (VisitRecord) -> Bool) -> FigureValue {
    guard !recording.visits.isEmpty else { return Self.noUsers }
    guard let zero = recording.zeroSeconds else { return sinceZero(nil) }
    let instants = recording.visits.filter(isCounted).map(\.endedSeconds).sorted()
    guard let found = Gap.longest(of: instants, from: zero, to: recording.visitsEnd) else {
      return .notMeasured("there were none before, to count from")
    }
    // With few users there is always some time after the last; only a long one means that it never came back.
    guard found.open.seconds > max(UserService.windowSeconds, found.closed.seconds) else {
      return .measured(found.closed.seconds)
    }
    return .never(withinSeconds: recording.visitsEnd - zero)
  }

  /// What chance alone makes of it with so many users.
  private var writeGapBefore: FigureValue {
    guard !recording.visits.isEmpty else { return Self.noUsers }
    guard let start = recording.baselineSeconds, let zero = recording.zeroSeconds else { return sinceZero(nil) }
    let instants = recording.visits.filter(\.acknowledges).map(\.endedSeconds).sorted()
    guard let found = Gap.longest(of: instants, from: start, to: zero) else {
      return .notMeasured("there were none before, to count from")
    }
    return .measured(found.closed.seconds)
  }

  private func rows(_ check: RowCheck?, _ count: (RowCheck) -> Int) -> FigureValue {
    guard let check else { return .notMeasured("the rows were not looked for") }
    return .measured(Double(count(check)))
  }

  private var differingTables: FigureValue {
    guard let sides = recording.sides else { return .notMeasured("the databases were not compared") }
    return .measured(Double(sides.differing))
  }

  private var equalAfter: FigureValue {
    guard let sides = recording.sides else { return .notMeasured("the databases were not compared") }
    guard let seconds = sides.equalAfterSeconds else {
      return .never(withinSeconds: recording.endSeconds - (recording.usersLeftSeconds ?? recording.endSeconds))
    }
    return .measured(seconds)
  }

  /// The mean latency before the fault.
  ///
  /// - Parameter cloud: nil for both.
  public func baselineLatency(_ cloud: String?) -> FigureValue {
    guard !recording.visits.isEmpty else { return Self.noUsers }
    guard let start = recording.baselineSeconds, let zero = recording.zeroSeconds else { return sinceZero(nil) }
    let took = recording.visits.filter {
      $0.failure == nil && $0.sentSeconds >= start && $0.endedSeconds < zero && (cloud == nil || $0.cloud == cloud)
    }.map(\.tookSeconds)
    guard !took.isEmpty else { return .notMeasured("nobody was answered before") }
    return .measured(took.reduce(0, +) / Double(took.count) * 1000)
  }
}

extension DrillPlan {
  fileprivate var isActedOn: Bool {
    acts.contains {
      switch $0 {
      case .ask, .awaitAction: true
      default: false
      }
    }
  }
}

extension DrillRecording {
  /// Until when users were there.
  var visitsEnd: Double { usersLeftSeconds ?? endSeconds }
}

extension DetectionSign {
  fileprivate var isSomething: Bool { if case .none = self { false } else { true } }
}
