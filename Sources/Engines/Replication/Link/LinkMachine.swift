import Operations

/// The life of one link: prepare → copy → stream, and again after whatever breaks it. Pure: it says what to do
/// next and is told what came of it.
struct LinkMachine: Sendable, Equatable {
  enum Event: Sendable, Equatable {
    case begin
    /// Both sides were made ready, as far as nothing is in the way, and looked at.
    case prepared(LinkInspection)
    case copied
    /// The work under way failed, or the stream ended.
    case failed(LinkFailure)
    /// The time of a `wait` is over.
    case waited
    /// A look that was taken while other work went on.
    case noticed(LinkInspection)
    case pause
    case resume
    /// Something was mended or changed: look again at once.
    case lookAgain
  }

  enum Work: Sendable, Equatable { case prepare, copy, stream }

  enum Action: Sendable, Equatable {
    /// Ends whatever runs, then does this, then answers.
    case work(Work)
    /// Ends whatever runs, then answers `waited` after the time.
    case wait(Duration)
    /// Ends whatever runs; nothing is answered.
    case rest
  }

  private(set) var state: ReplicationLinkSnapshot.State = .preparing
  private(set) var reasons: [String] = []
  private(set) var since: Timestamp
  /// What the last action asks for; nil while at rest or waiting.
  private(set) var work: Work?
  private var attempts = 0
  /// The same work ended this often without bringing the link further.
  private var rounds = 0

  /// A link that is blocked is looked at again after so long: whoever mended it need not say so.
  static let blockedPause: Duration = .seconds(5)
  static let longestPause: Duration = .seconds(10)

  init(at now: Timestamp) { since = now }

  mutating func handle(_ event: Event, at now: Timestamp) -> Action? {
    let action = decide(event, at: now)
    switch action {
    case .work(let work)?: self.work = work
    case .wait?, .rest?: work = nil
    case nil: break
    }
    return action
  }

  /// Told what the stream reports: being far behind and being in step are states of their own.
  ///
  /// - Parameter isFurther: whether the target has come further. A stream that begins, and fails at the same change each
  ///   time, is tried more and more rarely.
  mutating func streams(behind: Duration, limit: Duration, isFurther: Bool, at now: Timestamp) {
    guard state == .catchingUp || state == .streaming else { return }
    if isFurther || now - since >= Self.longestPause { attempts = 0 }
    rounds = 0
    let isBehind = behind > limit
    if isBehind != (state == .catchingUp) { enter(isBehind ? .catchingUp : .streaming, reasons, at: now) }
  }

  /// A table was set aside, and the others go on at once.
  mutating func tookAside() { attempts = 0 }

  private mutating func decide(_ event: Event, at now: Timestamp) -> Action? {
    switch event {
    case .pause:
      guard state != .paused else { return nil }
      enter(.paused, [], at: now)
      return .rest
    case .resume:
      guard state == .paused else { return nil }
      return prepare(at: now)
    case _ where state == .paused: return nil
    case .begin, .waited: return prepare(at: now)
    case .lookAgain:
      // What kept it from running may be no more: nobody who waits for it is told the old reasons.
      if state == .blocked { enter(.preparing, [], at: now) }
      return prepare(at: now)
    case .prepared(let inspection): return prepared(inspection, at: now)
    // What was copied is looked at before it is counted on.
    case .copied: return .work(.prepare)
    case .failed(let failure): return failed(failure, at: now)
    case .noticed(let inspection): return noticed(inspection, at: now)
    }
  }

  /// It claims the link for this host, and brings the publication in step with the tables.
  private mutating func prepare(at now: Timestamp) -> Action {
    if state == .paused || state == .preparing { enter(.preparing, [], at: now) }
    return .work(.prepare)
  }

  private mutating func prepared(_ inspection: LinkInspection, at now: Timestamp) -> Action {
    // Whatever is in the way, it can be resumed.
    guard !inspection.isPaused else {
      enter(.paused, ["it was paused, and nobody has resumed it"] + inspection.obstacles, at: now)
      return .rest
    }
    guard inspection.obstacles.isEmpty else { return block(inspection.obstacles, at: now) }
    guard !inspection.isTurned else { return block(["it goes the other way round by now"], at: now) }
    guard inspection.isPrepared else {
      enter(.preparing, inspection.warnings, at: now)
      return again(.prepare, "the slot was made, and is not there", at: now)
    }
    if inspection.needsBaseline {
      enter(.baseline, inspection.warnings, at: now)
      return again(.copy, "the copy ended, and tables are still not copied", at: now)
    }
    rounds = 0
    enter(.catchingUp, inspection.warnings, at: now)
    return .work(.stream)
  }

  /// Work that says it is done and whose effect cannot be seen is not repeated in a tight circle.
  private mutating func again(_ work: Work, _ reason: String, at now: Timestamp) -> Action {
    rounds += 1
    guard rounds > 3 else { return .work(work) }
    rounds = 0
    return block(["\(reason); see the server's log at both sides"], at: now)
  }

  /// A stream goes on while slot, skew and schema are watched; only what makes it wrong, or a table that is to be
  /// copied, interrupts it.
  private mutating func noticed(_ inspection: LinkInspection, at now: Timestamp) -> Action? {
    guard work == .stream else { return nil }
    guard inspection.obstacles.isEmpty else { return block(inspection.obstacles, at: now) }
    if inspection.needsBaseline {
      enter(.baseline, inspection.warnings, at: now)
      return .work(.prepare)
    }
    reasons = inspection.warnings
    return inspection.needsRecord ? .work(.prepare) : nil
  }

  private mutating func failed(_ failure: LinkFailure, at now: Timestamp) -> Action {
    switch failure {
    case .blocked(let reason), .slotLost(let reason): return block([reason], at: now)
    case .unreachable(let reason):
      attempts += 1
      enter(.retrying, [reason], at: now)
      return .wait(min(Self.longestPause, .milliseconds(250) * (1 << min(attempts - 1, 6))))
    }
  }

  private mutating func block(_ reasons: [String], at now: Timestamp) -> Action {
    enter(.blocked, reasons, at: now)
    return .wait(Self.blockedPause)
  }

  private mutating func enter(_ state: ReplicationLinkSnapshot.State, _ reasons: [String], at now: Timestamp) {
    if state != self.state { since = now }
    self.state = state
    self.reasons = reasons
  }
}
