import Operations

extension FailoverMachine {
  /// Goes on from what is known now.
  mutating func decide(after event: Event, at now: Timestamp) -> [Action] {
    guard snapshot != nil else { return [] }
    let assessed = assess(at: now)
    let wish = wish(assessed)
    if answer?.request != wish { answer = nil }
    if wish == nil, !assessed.isActing { refusal = nil }
    let mayAct = mayAct(on: wish, assessed)
    var actions = count(down: mayAct ? wish : nil, assessed, at: now)
    if mayAct, let wish, case .planned(wish, _) = event, let ends = countdown?.endsAt, now >= ends {
      actions += act(on: wish, assessed, at: now)
    } else if let wish, asked == nil, answer == nil || event.isLook {
      asked = wish
      actions.append(.propose(wish))
    }
    return actions + turn(to: phase(assessed), assessed, at: now)
  }

  /// What it would have done, by itself or by a person.
  private func wish(_ assessed: Assessment) -> FailoverRequest? {
    guard assessed.isConfirmed, !assessed.isActing, !assessed.isCutOff else { return nil }
    switch policy.automation {
    case .advise, .automatic: return assessed.request
    case .manual, .paused: return nil
    }
  }

  /// Whether all is so but the interlocks, which are asked for when it comes to it, and none that were asked for holds.
  private func mayAct(on wish: FailoverRequest?, _ assessed: Assessment) -> Bool {
    guard wish != nil, policy.automation == .automatic, assessed.allMet else { return false }
    return answer?.held.isEmpty ?? true
  }

  /// Begins, keeps or ends the countdown.
  private mutating func count(down wish: FailoverRequest?, _ assessed: Assessment, at now: Timestamp) -> [Action] {
    guard let wish, let place = assessed.concern?.place else {
      let ended = countdown
      countdown = nil
      guard let ended, now < ended.endsAt, stopped != ended.place, !memory.isPaused else { return [] }
      let reason = ledger(assessed, at: now).first { !$0.isMet }
      return [.note("will not \(ended.request.phrase) yet: \(reason?.detail ?? "nothing calls for it")", .warning)]
    }
    guard countdown?.request != wish || countdown?.place != place else { return [] }
    countdown = Countdown(request: wish, place: place, endsAt: now + policy.countdown)
    guard policy.countdown > .zero else { return [] }
    return [.note("will \(wish.phrase) in \(DecisionText.span(policy.countdown)), unless stopped", .critical)]
  }

  private mutating func act(on wish: FailoverRequest, _ assessed: Assessment, at now: Timestamp) -> [Action] {
    guard let place = assessed.concern?.place else { return [] }
    let ledger = ledger(assessed, at: now)
    own = OwnOperation(request: wish, place: place, ledger: ledger, at: now, operation: nil)
    countdown = nil
    return [.execute(wish, ledger: ledger)]
  }

  private func phase(_ assessed: Assessment) -> FailoverSnapshot.State {
    if assessed.isActing || own != nil { return .acting }
    if assessed.isCutOff { return .cutOff }
    guard assessed.concern != nil else { return .watching }
    guard assessed.isConfirmed else { return .suspecting }
    if countdown != nil { return .countdown }
    return wish(assessed) == nil ? .confirmed : .proposing
  }

  private mutating func turn(
    to next: FailoverSnapshot.State, _ assessed: Assessment, at now: Timestamp
  ) -> [Action] {
    var next = next
    let awaits = !memory.unacknowledged(at: now, within: policy.window).isEmpty
    if next == .watching, awaits { next = .acted }
    let subject = next == .acting ? own?.place ?? phaseSubject : assessed.concern?.place
    guard next != phase || subject != phaseSubject else { return [] }
    let before = (phase: phase, subject: phaseSubject)
    phase = next
    phaseSubject = subject
    since = now
    return note(from: before.phase, before.subject, to: next, assessed)
  }

  private func note(
    from before: FailoverSnapshot.State, _ subject: Concern.Place?, to next: FailoverSnapshot.State,
    _ assessed: Assessment
  ) -> [Action] {
    let name = assessed.concern?.name ?? ""
    switch next {
    case .cutOff:
      return [.note("no vantage sees anything healthy anywhere: this host is cut off and changes nothing", .critical)]
    case .suspecting where before == .watching || before == .acted: return [.note("\(name) is suspected", .warning)]
    case .confirmed, .proposing:
      guard before != .countdown else { return [] }
      let wanted = assessed.request.map { "; to \($0.phrase), a person must confirm" } ?? ""
      return [.note("\(name) is down by quorum\(wanted)", .critical)]
    case .watching, .acted:
      switch before {
      case .suspecting, .confirmed, .proposing, .countdown:
        guard let subject else { return [] }
        return [.note("\(subject.cloud) is no longer suspected", .notice)]
      case .cutOff: return [.note("vantages see again", .notice)]
      case .watching, .acting, .acted: return []
      }
    case .suspecting, .countdown, .acting: return []
    }
  }
}

extension FailoverMachine.Event {
  /// Whether it is time to ask again what a plan would meet.
  fileprivate var isLook: Bool {
    switch self {
    case .snapshot, .look: true
    case .changed, .recalled, .recallFailed, .planned, .started, .refused: false
    }
  }
}
