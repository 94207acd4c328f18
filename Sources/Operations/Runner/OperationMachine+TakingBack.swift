/// The way back: compensations in reverse order, each with durable intent before and outcome after.
extension OperationMachine {
  /// Whether a step without return was begun, and has not certainly come to nothing.
  var isPastReturn: Bool {
    plan.steps.indices.contains { index in
      guard plan.steps[index].isPointOfNoReturn else { return false }
      switch snapshot.steps[index].state {
      case .done, .running: return true
      case .failed: return touched.contains(index)
      case .pending, .skipped, .compensating, .compensated: return false
      }
    }
  }

  /// A step failed, or a person aborts: what was done is taken back, unless it is too late for that.
  mutating func turnBack(at now: Timestamp) -> Action {
    snapshot.failure = cause
    if isPastReturn { return endStanding(at: now) }
    if plan.steps.indices.contains(index), snapshot.steps[index].state == .running {
      close(.skipped, "aborted", at: now)
    }
    isTakingBack = true
    isInterrupted = false
    attempts = 0
    snapshot.isPaused = false
    return takeBack(at: now)
  }

  mutating func takeBack(at now: Timestamp) -> Action {
    guard let last = standing.last(where: { plan.steps[$0].compensation != nil }),
      let action = plan.steps[last].compensation
    else { return endStanding(at: now) }
    index = last
    snapshot.steps[last].state = .compensating
    phase = .recordingIntent
    return .record(.compensationIntended(index: last, action: action))
  }

  mutating func afterCompensation(at now: Timestamp) -> Action {
    if snapshot.steps[index].state == .compensated {
      attempts = 0
      return takeBack(at: now)
    }
    // Nothing before it is taken back in its stead: the order is what keeps the way back as safe as the way there.
    guard attempts < Self.compensationAttempts else { return endStanding(at: now) }
    phase = .waiting
    return .wait(.seconds(1 << (attempts - 1)))
  }

  /// Ends it, and says what was taken back and what stands.
  mutating func endStanding(at now: Timestamp) -> Action {
    var parts = [cause]
    let stuck = snapshot.steps.firstIndex { $0.state == .compensating }
    if let stuck { parts.append("“\(plan.steps[stuck].title)” was \(snapshot.steps[stuck].detail)") }
    let compensated = snapshot.steps.indices.filter { snapshot.steps[$0].state == .compensated }
    if !compensated.isEmpty { parts.append("taken back: \(titles(compensated))") }
    // A plan that has no way back never promised one: what its steps say is enough.
    let stands = standing.filter { plan.steps[$0].action.mutates }
    if !stands.isEmpty, plan.kind == .failover || abortedBy != nil { parts.append("standing: \(titles(stands))") }
    let isAborted = abortedBy != nil && stuck == nil && reason == nil
    return end(isAborted ? .aborted : .failed, parts.joined(separator: "; "), at: now)
  }

  /// Why it turns back.
  private var cause: String {
    [reason, abortedBy.map { "aborted by \($0)" }].compactMap(\.self).joined(separator: "; ")
  }

  /// Steps that have had an effect, or may have had one, in their order.
  private var standing: [Int] {
    plan.steps.indices.filter { index in
      switch snapshot.steps[index].state {
      case .done, .compensating: true
      case .failed: touched.contains(index)
      case .pending, .running, .skipped, .compensated: false
      }
    }
  }

  private func titles(_ indices: [Int]) -> String {
    indices.map { "“\(plan.steps[$0].title)”" + (touched.contains($0) ? " as far as it got" : "") }
      .joined(separator: ", ")
  }

  /// Takes up what the journal tells of the way back.
  mutating func recallTakingBack(_ entry: JournalEntry) {
    if !isTakingBack {
      _ = turnBack(at: entry.at)
      isTakingBack = true
    }
    switch entry.kind {
    case .compensationIntended(let intended, _) where plan.steps.indices.contains(intended):
      index = intended
      snapshot.steps[intended].state = .compensating
    case .compensationDone(let done, let detail) where plan.steps.indices.contains(done):
      index = done
      close(.compensated, detail, at: entry.at)
      attempts = 0
    case .compensationFailed(let failed, let reason) where plan.steps.indices.contains(failed):
      snapshot.steps[failed].detail = "not taken back: \(reason)"
      attempts += 1
    default: return
    }
  }
}
