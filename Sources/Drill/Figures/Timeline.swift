import Operations

/// What happened in a run, in order: what the drill did, what its watches saw, and the steps of the host's plans.
public struct Timeline: Sendable {
  let recording: DrillRecording

  public init(_ recording: DrillRecording) { self.recording = recording }

  private var zero: Double { recording.zeroSeconds ?? 0 }

  /// Times are since the fault.
  public var marks: [DrillMark] {
    let all =
      recording.marks + hostMarks
      + steps.map { step in
        DrillMark(step.fromSeconds + zero, .step, "\(step.operation) · \(step.title): \(step.outcome)")
      } + seen
    // Marks of one instant keep their order: what was done comes before what was seen.
    return all.enumerated().sorted { ($0.element.atSeconds, $0.offset) < ($1.element.atSeconds, $1.offset) }
      .map { DrillMark($0.element.atSeconds - zero, $0.element.kind, $0.element.text) }
  }

  /// One step of one operation, at the host's clock.
  public struct Step: Sendable, Equatable, Codable {
    public var operation: String
    public var title: String
    /// Since the fault.
    public var fromSeconds: Double
    public var toSeconds: Double
    /// `done`, `failed`, and what it said.
    public var outcome: String
    public var isDone: Bool
  }

  /// The steps of every operation that was not there before the fault, as the last snapshot told of them.
  public var steps: [Step] {
    let known = Set(recording.sights.last { $0.atSeconds <= zero }?.operations.map(\.id) ?? [])
    var newest: [OperationID: OperationSnapshot] = [:]
    for operation in recording.sights.flatMap(\.operations) where !known.contains(operation.id) {
      newest[operation.id] = operation
    }
    let operations = newest.values.sorted { ($0.startedAt, $0.id.rawValue) < ($1.startedAt, $1.id.rawValue) }
    return operations.flatMap { operation in
      operation.steps.compactMap { step in
        guard let started = step.startedAt else { return nil }
        let end = step.endedAt.map(recording.seconds) ?? recording.endSeconds
        let detail = step.detail.isEmpty ? "" : ", \(step.detail)"
        return Step(
          operation: operation.title, title: step.title, fromSeconds: recording.seconds(started) - zero,
          toSeconds: end - zero, outcome: step.state.rawValue + detail, isDone: step.state == .done)
      }
    }
  }

  /// Where a snapshot said something else than the one before.
  private var hostMarks: [DrillMark] {
    var marks: [DrillMark] = []
    for (old, new) in zip(recording.sights, recording.sights.dropFirst()) {
      let at = new.atSeconds
      for cloud in new.clouds {
        guard let before = old.cloud(cloud.id), before.health != cloud.health else { continue }
        marks.append(DrillMark(at, .host, "the host says: \(cloud.id) is \(cloud.health.rawValue)"))
      }
      if old.state != new.state, let state = new.state {
        let subject = new.subject.map { " (\($0))" } ?? ""
        marks.append(DrillMark(at, .host, "the failover engine is \(state.rawValue)\(subject)"))
      }
      if old.primary != new.primary {
        marks.append(DrillMark(at, .host, "the primary is \(new.primary?.rawValue ?? "not known")"))
      }
      if old.weights != new.weights, let weights = new.weights {
        marks.append(DrillMark(at, .host, "the weights are \(weights)"))
      }
    }
    return marks
  }

  /// What was computed from outside.
  private var seen: [DrillMark] {
    let figures = RunFigures(recording)
    var marks: [DrillMark] = []
    if case .measured(let seconds) = figures.value(.nameChange), seconds > 0 {
      marks.append(DrillMark(zero + seconds, .seen, "the name server leaves \(recording.plan.subject) out"))
    }
    if case .measured(let seconds) = figures.value(.usersServed), seconds > 0 {
      marks.append(DrillMark(zero + seconds, .seen, "99 % of the users are served again"))
    }
    return marks
  }
}
