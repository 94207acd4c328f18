import CellGrid
import Operations

/// Asks before the automation gets its liberty back, and before a running operation is steered.
enum ConfirmText {
  static func content(_ dialog: Confirmation, in model: ConsoleModel, width: Int) -> DialogText {
    let reason = model.whyNotConfirm(dialog)
    let go: Line =
      reason.map { [.outside("✖ \($0)", .down)] } ?? [Piece("y", .focus, bold: true), Piece("  yes     ")]
    return DialogText(
      title: [Piece(title(dialog.subject), bold: true)],
      body: body(dialog.subject, in: model, width: width) + [.blank],
      footer: [.init(go, trailing: [Piece("Esc", bold: true), Piece("  back; nothing is changed", .faint)])])
  }

  private static func title(_ subject: Confirmation.Subject) -> String {
    switch subject {
    case .automation(.acknowledge): "Acknowledge what it did?"
    case .automation(.pause): "Pause the automation?"
    case .automation(.resume): "Resume the automation?"
    case .automation(.stopCountdown): "Stop the countdown?"
    case .operation(_, .pause): "Pause the plan?"
    case .operation(_, .resume): "Resume the plan?"
    case .operation(_, .abort): "Abort the plan?"
    }
  }

  private static func body(_ subject: Confirmation.Subject, in model: ConsoleModel, width: Int) -> [DialogText.Row] {
    switch subject {
    case .automation(.resume): return resuming(model, width: width)
    case .automation(.acknowledge):
      let what = model.failover?.request?.participle ?? "acting"
      return DialogText.wrapped(
        "It acted by itself: \(what). Once you have said that you have seen it, it may act by itself again.",
        width: width)
    case .automation(let change): return DialogText.wrapped(change.done, width: width)
    case .operation(let id, let control): return steering(id, control, in: model, width: width)
    }
  }

  /// Who resumes should know whether it would act at once.
  private static func resuming(_ model: ConsoleModel, width: Int) -> [DialogText.Row] {
    guard let failover = model.failover else { return [] }
    let rows = DialogText.wrapped("policy \(failover.policy.rawValue): \(failover.policy.meaning)", width: width)
    // What is looked at only when it comes to acting says nothing yet.
    let unmet = failover.unmet.filter { !["not-paused", "interlocks-clear"].contains($0.name) }
    guard failover.policy == .automatic else { return rows }
    if failover.state.isTrouble, unmet.isEmpty {
      let what = failover.request?.participle ?? "failing over"
      return rows + [.init([Piece("▲ It would act when its countdown ends: \(what).", .degraded, bold: true)])]
    }
    let why = unmet.first.map { "\($0.name), \($0.detail)" } ?? "nothing is wrong"
    return rows + DialogText.wrapped("It would not act now: \(why)", .faint, width: width)
  }

  private static func steering(
    _ id: OperationID, _ control: OperationControl, in model: ConsoleModel, width: Int
  ) -> [DialogText.Row] {
    guard let operation = model.snapshot?.operations.first(where: { $0.id == id }) else { return [] }
    let place = operation.currentIndex.map { " at step \($0 + 1) of \(operation.steps.count)" } ?? ""
    let head = DialogText.wrapped("\(operation.title) · by \(operation.actor)\(place)", width: width)
    let done = operation.steps.filter { $0.state == .done && $0.mutates }
    let words =
      switch control {
      case .pause: "The step that runs is brought to its end; nothing more begins until it is resumed."
      case .resume: "It goes on with its next step."
      case .abort:
        done.isEmpty
          ? "Nothing has been changed yet."
          : "Taken back, in reverse: \(done.reversed().map(\.title).joined(separator: ", "))."
      }
    return head + DialogText.wrapped(words, .faint, width: width)
  }
}
