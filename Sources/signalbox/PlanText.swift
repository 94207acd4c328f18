import Operations

/// A plan for a person.
enum PlanText {
  static func write(_ plan: Plan) -> String {
    let moves = plan.kind == .weights ? "   generation \(plan.generation) → \(plan.generation.next)" : ""
    var lines = ["\(EventText.clean(plan.title))\(moves)"]
    guard !plan.steps.isEmpty else {
      return lines.joined() + "\nnothing to change" + (plan.kind == .weights ? ": these weights stand already" : "")
    }
    for (index, step) in plan.steps.enumerated() {
      lines.append("  \(index + 1)  \(step.title): \(EventText.clean(step.predictedEffect))")
    }
    lines.append("Predicted: \(Int(plan.prediction.seconds.rounded(.up))) s\(outcome(plan))")
    let blocking = plan.blocking
    lines.append("Interlocks: \(plan.interlocks.count - blocking.count) clear, \(blocking.count) hold")
    lines += blocking.map { "  " + EventText.clean(ExitStatus.describe($0)) }
    return lines.joined(separator: "\n")
  }

  private static func outcome(_ plan: Plan) -> String {
    guard plan.kind == .weights else { return "" }
    let use = plan.prediction.utilisation.compactMap { use in
      use.ratio.map { "\(use.cloud) at \(Int(($0 * 100).rounded())) % of capacity" }
    }
    return "; no rows lost"
      + (use.isEmpty ? "; load or capacity not known" : "; afterwards " + use.joined(separator: ", "))
  }
}
