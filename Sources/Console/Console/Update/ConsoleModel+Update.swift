import CellGrid
import Operations

extension ConsoleModel {
  /// The console's next state, and what is to be done outside it. Pure: equal models and messages give equal results.
  public mutating func update(_ message: ConsoleMessage) -> [ConsoleEffect] {
    let effects = take(message)
    holdReplicationCursors()
    return effects
  }

  private mutating func take(_ message: ConsoleMessage) -> [ConsoleEffect] {
    switch message {
    case .host(let update): return receive(update)
    case .key(let key, let at): return press(key, at: at)
    case .paste(let text): return paste(text)
    case .click(let point, let at): return click(point, at: at)
    case .wheel(let point, let lines): return turnWheel(at: point, lines: lines)
    case .resized(let size):
      self.size = size
      return []
    case .tick(let now):
      self.now = now
      if let until = notice?.shownUntil, now >= until { notice = nil }
      return []
    case .planMade(let plan, let ticket, let at):
      changePlanDialog(ticket: ticket) { dialog in
        dialog.stage = .ready(plan)
        dialog.guardedSince = at
      }
      return [.dropTypeAhead]
    case .planFailed(let reason, let ticket, let at): return failPlan(reason, ticket: ticket, at: at)
    case .executionStarted(_, let ticket): return startedExecution(ticket: ticket)
    case .executionRefused(let refusal, let ticket, let at):
      return failPlan("refused · \(refusal.description)", ticket: ticket, at: at)
    case .executionFailed(let reason, let ticket, let at): return failPlan(reason, ticket: ticket, at: at)
    case .conflictsRead(let conflicts, let ticket, let at): receive(conflicts, ticket: ticket, at: at)
    case .differencesRead(let differences, let ticket, let at): receive(differences, ticket: ticket, at: at)
    case .readingFailed(let reason, let ticket): failReading(reason, ticket: ticket)
    case .changed(let text, let ticket): tellChanged(text, kind: .done, ticket: ticket)
    case .changeFailed(let reason, let ticket): tellChanged(reason, kind: .refused, ticket: ticket)
    case .themeNotKept(let reason): tellThemeNotKept(reason)
    }
    return []
  }

  private mutating func receive(_ update: HostUpdate) -> [ConsoleEffect] {
    switch update {
    case .connection(let connection): self.connection = connection
    case .snapshot(let snapshot):
      self.snapshot = snapshot
      rebaseStaging()
    }
    return []
  }

  /// A snapshot may come from a configuration with other clouds, or already stand where the knobs were moved to.
  private mutating func rebaseStaging() {
    guard let staged, let configured else { return }
    if staged == configured || staged.clouds != configured.clouds { self.staged = nil }
  }

  private mutating func failPlan(_ reason: String, ticket: Int, at: Timestamp) -> [ConsoleEffect] {
    let isShown = changePlanDialog(ticket: ticket) { dialog in
      dialog.stage = .failed(reason)
      dialog.guardedSince = at
    }
    guard !isShown, ticket == self.ticket else { return [] }
    // The dialog was closed meanwhile; the operator still has to hear it.
    notice = Notice(kind: .refused, text: reason, shownUntil: now + .seconds(10))
    return []
  }

  private mutating func startedExecution(ticket: Int) -> [ConsoleEffect] {
    let planned = dialogs.compactMap { dialog -> LeverRequest? in
      guard case .plan(let plan) = dialog, plan.ticket == ticket else { return nil }
      return plan.request
    }.first
    dialogs.removeAll { dialog in
      if case .plan(let plan) = dialog { plan.ticket == ticket } else { false }
    }
    if case .setWeights(let weights) = planned, weights == staged { staged = nil }
    let place =
      replicationView != nil
      ? "below the tables" : failoverView != nil ? "on this page" : isDrillOpen ? "behind w" : "in the levers"
    notice = Notice(kind: .done, text: "started; progress is \(place)", shownUntil: now + .seconds(5))
    return []
  }

  /// Changes the plan dialog that waits for `ticket`, wherever it is in the stack; false when there is none.
  @discardableResult
  mutating func changePlanDialog(ticket: Int, _ change: (inout PlanDialog) -> Void) -> Bool {
    for index in dialogs.indices {
      guard case .plan(var dialog) = dialogs[index], dialog.ticket == ticket else { continue }
      change(&dialog)
      dialogs[index] = .plan(dialog)
      return true
    }
    return false
  }

  /// Says why a key did nothing.
  mutating func refuse(_ reason: String) {
    notice = Notice(kind: .refused, text: reason, shownUntil: now + .seconds(6))
  }
}
