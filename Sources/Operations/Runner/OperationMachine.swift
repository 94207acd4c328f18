/// The life of one operation: intent → perform → outcome, step by step, and back again where a step fails. Pure: it says
/// what to do next and is told what came of it, so that every order of crash and answer can be tried.
public struct OperationMachine: Sendable, Equatable {
  public enum Event: Sendable, Equatable {
    /// The last `record` is on disk.
    case recorded
    case recordFailed(String)
    case performed(String)
    /// It is not known whether it had an effect.
    case failed(String)
    /// It failed, and certainly had no effect.
    case refused(String)
    case progressed(String)
    /// Performing was cancelled: a newer operation begins, or a person aborts. Obeyed only where nothing but watching
    /// is cut short by it.
    case supersede
    /// The time of a `wait` is over.
    case waited
    /// A person has decided; answers `hold`.
    case woken
  }

  public enum Action: Sendable, Equatable {
    /// Make it durable, then answer `recorded`.
    case record(JournalEntry.Kind)
    /// Perform, then answer `performed`, `failed` or `refused`.
    case perform(StepAction)
    /// Answer `waited` after so long.
    case wait(Duration)
    /// Answer `woken` once ``holds`` is false.
    case hold
    case finished
  }

  enum Phase: Sendable, Equatable {
    case recordingIntent, performing, recordingOutcome, waiting, holding, recordingEnd, ended
  }

  public internal(set) var snapshot: OperationSnapshot
  let plan: Plan
  var phase: Phase
  /// The step that is performed or taken back now, or is next.
  var index: Int
  /// Steps that failed, and may have had an effect all the same.
  var touched: Set<Int> = []
  /// Whether the step at ``index`` was begun in an earlier life, with what outcome is not known.
  var isInterrupted = false
  var isTakingBack = false
  /// Failed attempts at the compensation under way.
  var attempts = 0
  var abortedBy: String?
  /// Why a step failed.
  var reason: String?
  /// What a person asked for, until it is durable.
  var undecided: OperationControl?

  /// So often a compensation is tried before the operation ends without it.
  static let compensationAttempts = 4

  init(plan: Plan, snapshot: OperationSnapshot, index: Int) {
    self.plan = plan
    self.snapshot = snapshot
    self.index = index
    phase = .recordingIntent
  }

  /// What to do first; also after a crash.
  public mutating func begin(at now: Timestamp) -> Action {
    if isTakingBack {
      return attempts < Self.compensationAttempts ? takeBack(at: now) : endStanding(at: now)
    }
    if reason != nil { return turnBack(at: now) }
    return next(at: now)
  }

  public mutating func handle(_ event: Event, at now: Timestamp) -> Action? {
    switch (phase, event) {
    case (.recordingIntent, .recorded):
      // A person was quicker: nothing has been done of this step yet.
      if !isTakingBack, !mustFinish, undecided == .abort || abortedBy != nil {
        snapshot.steps[index].state = .pending
        return next(at: now)
      }
      phase = .performing
      return (isTakingBack ? plan.steps[index].compensation : plan.steps[index].action).map(Action.perform)
    case (.recordingIntent, .recordFailed(let reason)):
      return unrecorded(reason, at: now)
    case (.performing, .progressed(let detail)):
      snapshot.steps[index].detail = detail
      return nil
    case (.performing, .performed(let detail)): return performed(detail, at: now)
    case (.performing, .failed(let reason)): return failed(reason, isUntouched: false, at: now)
    case (.performing, .refused(let reason)): return failed(reason, isUntouched: true, at: now)
    case (.performing, .supersede): return cancelled(at: now)
    case (.recordingOutcome, .recorded), (.recordingOutcome, .recordFailed): return afterOutcome(at: now)
    case (.waiting, .waited): return takeBack(at: now)
    case (.holding, .woken): return next(at: now)
    case (.recordingEnd, .recorded), (.recordingEnd, .recordFailed):
      phase = .ended
      return .finished
    default:
      return nil
    }
  }

  /// The snapshot of an operation that ended in an earlier life of the host.
  mutating func recall(
    _ state: OperationSnapshot.State, failure: String?, at endedAt: Timestamp
  ) -> OperationSnapshot {
    _ = end(state, failure, at: endedAt)
    return snapshot
  }

  // MARK: - Forward

  /// What a crash interrupted is brought to an end before anything else is decided, where it changes something.
  private var mustFinish: Bool { isInterrupted && plan.steps[index].action.mutates }

  mutating func next(at now: Timestamp) -> Action {
    if !mustFinish {
      if abortedBy != nil { return turnBack(at: now) }
      guard index < plan.steps.count else { return end(.done, nil, at: now) }
      if holds {
        phase = .holding
        return .hold
      }
    }
    snapshot.steps[index].state = .running
    snapshot.steps[index].startedAt = now
    phase = .recordingIntent
    return .record(.stepIntended(index: index, action: plan.steps[index].action))
  }

  private mutating func performed(_ detail: String, at now: Timestamp) -> Action {
    phase = .recordingOutcome
    close(isTakingBack ? .compensated : .done, detail, at: now)
    return .record(
      isTakingBack ? .compensationDone(index: index, detail: detail) : .stepDone(index: index, detail: detail))
  }

  private mutating func failed(_ reason: String, isUntouched: Bool, at now: Timestamp) -> Action {
    phase = .recordingOutcome
    if isTakingBack {
      attempts += 1
      snapshot.steps[index].detail = "not taken back: \(reason)"
      return .record(.compensationFailed(index: index, reason: reason))
    }
    fail(reason, at: now)
    if !isUntouched { touched.insert(index) }
    return .record(
      isUntouched ? .stepRefused(index: index, reason: reason) : .stepFailed(index: index, reason: reason))
  }

  private mutating func cancelled(at now: Timestamp) -> Action? {
    guard !isTakingBack, !plan.steps[index].action.mutates else { return nil }
    if abortedBy != nil { return turnBack(at: now) }
    guard snapshot.onlyWatches else { return nil }
    close(.skipped, "a newer change began", at: now)
    return end(.superseded, nil, at: now)
  }

  private mutating func afterOutcome(at now: Timestamp) -> Action {
    isInterrupted = false
    if isTakingBack { return afterCompensation(at: now) }
    if snapshot.steps[index].state == .failed { return turnBack(at: now) }
    index += 1
    return next(at: now)
  }

  private mutating func unrecorded(_ reason: String, at now: Timestamp) -> Action {
    let reason = "the intent could not be made durable, so nothing was done: \(reason)"
    guard !isTakingBack else {
      snapshot.steps[index].detail = "not taken back: \(reason)"
      return endStanding(at: now)
    }
    fail(reason, at: now)
    // Nothing can be taken back without a journal either.
    return endStanding(at: now)
  }

  mutating func fail(_ reason: String, at now: Timestamp) {
    close(.failed, reason, at: now)
    self.reason = reason
    snapshot.failure = reason
  }

  mutating func close(_ state: OperationSnapshot.Step.State, _ detail: String, at now: Timestamp) {
    snapshot.steps[index].state = state
    snapshot.steps[index].detail = detail
    snapshot.steps[index].endedAt = now
  }

  mutating func end(_ state: OperationSnapshot.State, _ failure: String?, at now: Timestamp) -> Action {
    for index in snapshot.steps.indices {
      switch snapshot.steps[index].state {
      case .pending: snapshot.steps[index].state = .skipped
      case .compensating: snapshot.steps[index].state = .failed
      case .running, .done, .failed, .skipped, .compensated: continue
      }
    }
    snapshot.state = state
    snapshot.failure = failure
    snapshot.endedAt = now
    snapshot.isPaused = false
    snapshot.canUndo = canUndo
    phase = .recordingEnd
    return .record(.operationEnded(state: state, failure: failure))
  }

  /// Weights can be put back at any time. What a link has applied is not taken back, and a role is moved by a plan of
  /// its own; those levers have counterparts.
  private var canUndo: Bool {
    plan.reach == .traffic && snapshot.steps.contains { $0.mutates && $0.state == .done }
  }
}
