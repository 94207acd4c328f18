import Operations

/// A plan for a person.
enum PlanText {
  static func write(_ plan: Plan) -> String {
    var lines = ["\(plan.title)   generation \(plan.generation) → \(plan.generation.next)"]
    guard !plan.steps.isEmpty else { return lines.joined() + "\nnothing to change: these weights stand already" }
    for (index, step) in plan.steps.enumerated() {
      lines.append("  \(index + 1)  \(step.title): \(step.predictedEffect)")
    }
    let use = plan.prediction.utilisation.compactMap { use in
      use.ratio.map { "\(use.cloud) at \(Int(($0 * 100).rounded())) % of capacity" }
    }
    lines.append(
      "Predicted: \(Int(plan.prediction.seconds.rounded(.up))) s; no rows lost"
        + (use.isEmpty ? "; load or capacity not known" : "; afterwards " + use.joined(separator: ", ")))
    let blocking = plan.blocking
    lines.append("Interlocks: \(plan.interlocks.count - blocking.count) clear, \(blocking.count) hold")
    lines += blocking.map { "  " + EventText.clean(ExitStatus.describe($0)) }
    return lines.joined(separator: "\n")
  }
}
