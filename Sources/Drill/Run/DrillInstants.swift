import Lab
import Operations

/// What of a run has been measured so far, by the same rules as its report. Each is measured once.
struct DrillInstants: Sendable {
  private let figures: [FigureName]
  private var measured: [FigureName: FigureValue] = [:]
  /// After this long what has not come is left to the report: looking costs more with every visit.
  private static let patience = 300.0

  init(_ plan: DrillPlan) {
    let isAboutNames = RunFigures.names(of: plan).contains(.nameChange)
    figures =
      [.detection, .decision] + (isAboutNames ? [.nameChange] : []) + (plan.settings.users > 0 ? [.usersServed] : [])
  }

  mutating func look(at recorder: DrillRecorder) -> [DrillSnapshot.Instant] {
    if let zero = recorder.zero, measured.count < figures.count, recorder.now - zero <= Self.patience {
      // Who was unserved when it happened had sent a request before.
      let recording = recorder.recording(visitsSince: zero - UserService.windowSeconds)
      let found = RunFigures(recording)
      for figure in figures where measured[figure] == nil {
        let value = found.value(figure)
        if figure.isSettled(value) { measured[figure] = value }
      }
    }
    return figures.map { figure in
      switch measured[figure] {
      case .measured(let seconds): DrillSnapshot.Instant(title: figure.title, seconds: seconds)
      case .notMeasured(let reason): DrillSnapshot.Instant(title: figure.title, seconds: nil, remark: reason)
      case .never, nil: DrillSnapshot.Instant(title: figure.title, seconds: nil)
      }
    }
  }
}

extension FigureName {
  /// Whether a value will still be so at the end of the run. That somebody else decides is known at once; of the rest,
  /// what is not measured yet may be in the next second.
  fileprivate func isSettled(_ value: FigureValue) -> Bool {
    switch value {
    case .measured: true
    case .never: false
    case .notMeasured: self == .detection || self == .decision
    }
  }
}
