import Operations

extension ConsoleModel {
  /// Why a command would do nothing now, for a person; nil while it works.
  public func whyDisabled(_ command: Command) -> String? {
    if command.isSync { return whyNotSync(command) }
    if command.isFailover { return whyNotFailover(command) }
    if replicationView != nil, let said = whyDisabledInReplication(command) { return said }
    if failoverView != nil, let said = whyDisabledInFailover(command) { return said }
    if isDrillOpen, let said = whyDisabledInDrill(command) { return said }
    return switch command {
    case .drillPage: drill == nil && !isDrillOpen ? "no drill goes on" : nil
    case .stageMore, .stageLess, .stageOneMore, .stageOneLess: whyNotStage
    case .left, .right: focus == .weights ? whyNotStage : focus == .clouds ? nil : "only in the clouds and the weights"
    case .open: whyNotOpen
    case .undo: whyNotUndo
    case .go: "open a plan first"
    case .back: canBackOut ? nil : "there is nothing to back out of"
    case .filter: snapshot == nil ? "there are no events yet" : nil
    case .focusNext, .focusPrevious, .up, .down, .pageUp, .pageDown, .first, .last, .palette, .help, .themes, .redraw,
      .suspend, .quit, .replication, .syncPause, .syncVerify, .syncVerifyAll, .syncBaseline, .syncRepair, .syncNow,
      .syncReverse, .syncConflicts, .syncDifferences, .syncReapply, .failoverPage, .failover, .failback, .evacuate,
      .rejoin, .pauseAutomation, .acknowledge, .stopCountdown, .pauseOperation, .abortOperation:
      nil
    }
  }

  /// Why no plan can be asked for now.
  var whyNoPlan: String? {
    if lostSince != nil { return "host lost: nothing moves until it is back" }
    if snapshot == nil { return "nothing has been heard from the host yet" }
    return nil
  }

  /// Why no plan that moves the same can be executed now, besides what its own interlocks say.
  func whyNoExecution(of kind: Plan.Kind, link: LinkID? = nil, request: LeverRequest? = nil) -> String? {
    if let reason = whyNoPlan { return reason }
    guard let snapshot else { return nil }
    if let fault = snapshot.journalFault { return "the journal cannot be written: \(fault)" }
    if !snapshot.lease.heldHere {
      guard let holder = snapshot.lease.holder else { return "nobody holds the lease" }
      return "\(holder) holds the lease"
    }
    return whyRivalled(PlanReach(kind: kind, link: link, request: request))
  }

  /// Whether an operation still changes what a plan would change.
  private func whyRivalled(_ reach: PlanReach) -> String? {
    let rival = snapshot?.operations.first { !$0.state.isFinal && !$0.onlyWatches && $0.reach.overlaps(reach) }
    return rival.map { "an operation is running: \($0.title)" }
  }

  private var whyNotStage: String? {
    if let reason = whyNoPlan { return reason }
    if configured == nil { return "the configured weights are not known" }
    return nil
  }

  var whyNotShift: String? {
    if let reason = whyNoPlan { return reason }
    if staged == nil {
      return "nothing is staged: \(glyphs.isASCII ? "Left/Right" : "←→") in the weights moves a knob first"
    }
    return nil
  }

  private var whyNotUndo: String? {
    if let reason = whyNoPlan { return reason }
    guard let undoable else { return whyRivalled(.traffic) ?? "no finished operation can be taken back" }
    return whyRivalled(undoable.reach)
  }

  private var whyNotOpen: String? {
    switch focus {
    case .clouds: return cloud == nil ? "no cloud is known yet" : nil
    case .events: return shownEvents.isEmpty ? "there is no event" : nil
    case .weights: return whyNotShift
    case .levers:
      // What holds it can be read at any time.
      if selectedLever?.holds.isEmpty == false { return nil }
      return switch selectedLever?.action {
      case .undo: whyNotUndo
      case .shift: whyNotShift
      case .move: selectedLever?.disabled
      case nil: "there is no lever"
      }
    }
  }

  private var canBackOut: Bool {
    !dialogs.isEmpty || staged != nil || filter.isActive || notice != nil
  }
}
