/// The life of one operation: intent → perform → outcome, step by step. Pure: it says what to do next and is told what
/// came of it, so that every order of crash and answer can be tried.
public struct OperationMachine: Sendable, Equatable {
  public enum Event: Sendable, Equatable {
    /// The last `record` is on disk.
    case recorded
    case recordFailed(String)
    case performed(String)
    case failed(String)
    case progressed(String)
    /// A newer operation begins; obeyed only while nothing but watching is left.
    case supersede
  }

  public enum Action: Sendable, Equatable {
    /// Make it durable, then answer `recorded`.
    case record(JournalEntry.Kind)
    /// Perform, then answer `performed` or `failed`.
    case perform(StepAction)
    case finished
  }

  enum Phase: Sendable, Equatable {
    case recordingIntent, performing, recordingOutcome, recordingEnd, ended
  }

  public private(set) var snapshot: OperationSnapshot
  let plan: Plan
  var phase: Phase
  var index: Int

  init(plan: Plan, snapshot: OperationSnapshot, index: Int) {
    self.plan = plan
    self.snapshot = snapshot
    self.index = index
    phase = .recordingIntent
  }

  /// What to do first; also after a crash.
  public mutating func begin(at now: Timestamp) -> Action { nextStep(at: now) }

  public mutating func handle(_ event: Event, at now: Timestamp) -> Action? {
    switch (phase, event) {
    case (.recordingIntent, .recorded):
      phase = .performing
      return .perform(plan.steps[index].action)
    case (.recordingIntent, .recordFailed(let reason)):
      return fail("the intent could not be made durable, so nothing was done: \(reason)", at: now)
    case (.performing, .progressed(let detail)):
      snapshot.steps[index].detail = detail
      return nil
    case (.performing, .performed(let detail)):
      close(.done, detail, at: now)
      phase = .recordingOutcome
      return .record(.stepDone(index: index, detail: detail))
    case (.performing, .failed(let reason)):
      close(.failed, reason, at: now)
      snapshot.failure = reason
      phase = .recordingOutcome
      return .record(.stepFailed(index: index, reason: reason))
    case (.recordingOutcome, .recorded), (.recordingOutcome, .recordFailed):
      return afterOutcome(at: now)
    case (.recordingEnd, .recorded), (.recordingEnd, .recordFailed):
      phase = .ended
      return .finished
    case (.performing, .supersede) where snapshot.onlyWatches:
      close(.skipped, "a newer change began", at: now)
      return end(.superseded, at: now)
    default:
      return nil
    }
  }

  /// The snapshot of an operation that ended in an earlier life of the host.
  mutating func recall(
    _ state: OperationSnapshot.State, failure: String?, at endedAt: Timestamp
  ) -> OperationSnapshot {
    snapshot.failure = failure
    _ = end(state, at: endedAt)
    return snapshot
  }

  private mutating func afterOutcome(at now: Timestamp) -> Action {
    if snapshot.steps[index].state == .failed { return end(.failed, at: now) }
    index += 1
    return nextStep(at: now)
  }

  private mutating func nextStep(at now: Timestamp) -> Action {
    guard index < plan.steps.count else { return end(.done, at: now) }
    snapshot.steps[index].state = .running
    snapshot.steps[index].startedAt = now
    phase = .recordingIntent
    return .record(.stepIntended(index: index, action: plan.steps[index].action))
  }

  private mutating func fail(_ reason: String, at now: Timestamp) -> Action {
    close(.failed, reason, at: now)
    snapshot.failure = reason
    return end(.failed, at: now)
  }

  private mutating func close(_ state: OperationSnapshot.Step.State, _ detail: String, at now: Timestamp) {
    snapshot.steps[index].state = state
    snapshot.steps[index].detail = detail
    snapshot.steps[index].endedAt = now
  }

  private mutating func end(_ state: OperationSnapshot.State, at now: Timestamp) -> Action {
    for index in snapshot.steps.indices where snapshot.steps[index].state == .pending {
      snapshot.steps[index].state = .skipped
    }
    snapshot.state = state
    snapshot.endedAt = now
    // What a link has applied is not taken back; its levers have counterparts of their own.
    snapshot.canUndo = plan.kind == .weights && snapshot.steps.contains { $0.mutates && $0.state == .done }
    phase = .recordingEnd
    return .record(.operationEnded(state: state, failure: snapshot.failure))
  }
}
