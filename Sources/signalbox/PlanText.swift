import Operations

/// A plan for a person.
enum PlanText {
  static func write(_ plan: Plan) -> String {
    let moves = plan.kind != .replication ? "   generation \(plan.generation) → \(plan.generation.next)" : ""
    var lines = ["\(EventText.clean(plan.title))\(moves)"]
    guard !plan.steps.isEmpty else {
      return lines.joined() + "\nnothing to change" + (plan.kind == .weights ? ": these weights stand already" : "")
    }
    for (index, step) in plan.steps.enumerated() {
      let turning = step.isPointOfNoReturn ? "  (no way back from here on)" : ""
      lines.append("  \(index + 1)  \(step.title): \(EventText.clean(step.predictedEffect))\(turning)")
    }
    lines.append("Predicted: \(Int(plan.prediction.seconds.rounded(.up))) s\(outcome(plan))")
    let blocking = plan.blocking
    lines.append("Interlocks: \(plan.interlocks.count - blocking.count) clear, \(blocking.count) hold")
    lines += blocking.map { "  " + EventText.clean(ExitStatus.describe($0)) }
    return lines.joined(separator: "\n")
  }

  private static func outcome(_ plan: Plan) -> String {
    guard plan.kind != .replication else { return "" }
    let use = plan.prediction.utilisation.compactMap { use in
      use.ratio.map { "\(use.cloud) at \(Int(($0 * 100).rounded())) % of capacity" }
    }
    return "; \(loss(plan.prediction))"
      + (use.isEmpty ? "; load or capacity not known" : "; afterwards " + use.joined(separator: ", "))
  }

  /// What is not known is never said to be nothing.
  private static func loss(_ prediction: Prediction) -> String {
    if prediction.losesNothing { return "no rows lost" }
    guard let seconds = prediction.lossSeconds, let bytes = prediction.lossBytes else {
      return "how much would be lost is not known"
    }
    let rows = prediction.rowsLost.map { ", about \($0) \($0 == 1 ? "row" : "rows")" } ?? ""
    return "at most \(Decimals.text(seconds, places: 1)) s of writes lost, \(bytes) bytes of log\(rows)"
  }
}
