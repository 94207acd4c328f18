import Operations

/// A journal entry as a line.
enum JournalText {
  static func line(_ entry: JournalEntry) -> String {
    let operation = entry.operation.map { " \($0)" } ?? ""
    return EventText.clean("\(entry.sequence) \(entry.at) \(entry.actor)\(operation): \(what(entry.kind))")
  }

  private static func what(_ kind: JournalEntry.Kind) -> String {
    switch kind {
    case .operationStarted(let plan, let overridden):
      "started “\(plan.title)”"
        + (overridden.isEmpty ? "" : ", overriding \(overridden.map(\.rawValue).joined(separator: ", "))")
    case .stepIntended(let index, let action): "intends step \(index + 1): \(what(action))"
    case .stepDone(let index, let detail): "step \(index + 1) done: \(detail)"
    case .stepFailed(let index, let reason): "step \(index + 1) failed: \(reason)"
    case .stepRefused(let index, let reason): "step \(index + 1) refused, nothing was done: \(reason)"
    case .compensationIntended(let index, let action): "intends to take step \(index + 1) back: \(what(action))"
    case .compensationDone(let index, let detail): "step \(index + 1) taken back: \(detail)"
    case .compensationFailed(let index, let reason): "step \(index + 1) not taken back: \(reason)"
    case .controlled(let control): "\(control.rawValue) asked for"
    case .operationEnded(let state, let failure): "ended \(state.rawValue)" + (failure.map { ": \($0)" } ?? "")
    case .refused(let title, let holding):
      "refused “\(title)”: \(holding.map(\.rawValue).joined(separator: ", "))"
    case .automation(let change): "automation: \(change.rawValue)"
    case .decided(let request, let ledger): "decides \(request.phrase): \(ledger.map(\.detail).joined(separator: "; "))"
    case .primarySeen(let cloud): "sees \(cloud) as the primary"
    case .noted(let text): text
    }
  }

  private static func what(_ action: StepAction) -> String {
    switch action {
    case .writeWeights(let from, let to, let generation): "write \(from) → \(to) at generation \(generation)"
    case .verifyAnswers(let weights): "verify answers \(weights)"
    case .observeShares(let weights): "watch traffic \(weights)"
    case .sync(let action): action.phrase
    case .role(let action): action.phrase
    }
  }
}
