import Operations

extension ConsoleModel {
  /// Keys in the plan dialog. Letters go into the words that arm it, until it is armed; then `g` sets it going.
  mutating func press(_ key: Keystroke, in dialog: PlanDialog, at: Timestamp) -> [ConsoleEffect] {
    if key.key == .escape {
      closeDialog()
      return []
    }
    guard !ConsoleModel.isGuarded(since: dialog.guardedSince, at: at) else { return [] }
    switch key.key {
    case .up: return scroll(.plan(dialog), by: -1)
    case .down: return scroll(.plan(dialog), by: 1)
    case .pageUp: return scroll(.plan(dialog), by: -10)
    case .pageDown: return scroll(.plan(dialog), by: 10)
    default: break
    }
    switch dialog.stage {
    case .asking, .starting: return []
    case .failed:
      if key.key == .enter { return askAgain(dialog, at: at) }
      return []
    case .ready(let plan):
      if isOutdated(plan), key.key == .enter { return askAgain(dialog, at: at) }
      return press(key, in: dialog, plan: plan, at: at)
    }
  }

  private mutating func press(_ key: Keystroke, in dialog: PlanDialog, plan: Plan, at: Timestamp) -> [ConsoleEffect] {
    if dialog.missingWords.isEmpty, key == .character("g") {
      guard whyNotGo(dialog) == nil else { return [] }
      var started = dialog
      started.stage = .starting(plan)
      replaceDialog(with: .plan(started))
      return [.execute(plan.id, overriding: dialog.overridden, ticket: dialog.ticket)]
    }
    guard !dialog.words.isEmpty else { return [] }
    var changed = dialog
    if key.key == .backspace {
      changed.typed = String(dialog.typed.dropLast())
    } else if let character = key.text, dialog.typed.count < 200, !dialog.missingWords.isEmpty {
      changed.typed.append(character)
    }
    // The letter that completes the last word must not run on into the one that acts.
    if changed.missingWords.isEmpty, !dialog.missingWords.isEmpty { changed.guardedSince = at }
    replaceDialog(with: .plan(changed))
    return []
  }

  private mutating func askAgain(_ dialog: PlanDialog, at: Timestamp) -> [ConsoleEffect] {
    guard whyNoPlan == nil else { return [] }
    dialogs.removeLast()
    return askPlan(dialog.request, at: at)
  }

  /// Whether something else has moved a lever since the plan was made; the host would refuse it.
  func isOutdated(_ plan: Plan) -> Bool {
    guard let snapshot else { return false }
    return snapshot.generation != plan.generation
  }

  /// Why `g` does nothing in this dialog now; nil when it would set the plan going.
  func whyNotGo(_ dialog: PlanDialog) -> String? {
    guard case .ready(let plan) = dialog.stage else { return "there is no plan yet" }
    if let verdict = dialog.forbidding.first { return "\(verdict.name) holds and cannot be overridden" }
    if let reason = whyNoExecution(of: plan.kind, link: plan.link, request: plan.request) { return reason }
    if isOutdated(plan) { return "the world has moved since this plan was made" }
    let missing = dialog.missingWords
    return missing.isEmpty ? nil : "type \(missing.map(\.text).joined(separator: " "))"
  }
}
