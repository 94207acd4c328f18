import Operations

extension World {
  /// How long a drill that is not heard of any more is shown, with its age.
  static let drillMemory = Duration.seconds(30)

  func took(_ told: DrillSnapshot?, at now: Timestamp) {
    let before = drill(at: now)?.value
    drill = told.map { Observation($0, source: "the drill", observedAt: now, staleAfter: .seconds(5)) }
    guard before?.name != told?.name || before?.run != told?.run else { return }
    if let told {
      let run = told.runs > 1 ? ", run \(told.run) of \(told.runs)" : ""
      note("\(told.name) goes on\(run)", subject: "drill", severity: .notice, at: now)
    } else if let before {
      note("\(before.name) is over", subject: "drill", severity: .notice, at: now)
    }
  }

  func drill(at now: Timestamp) -> Observation<DrillSnapshot>? {
    drill.flatMap { $0.age(at: now) <= Self.drillMemory ? $0 : nil }
  }
}
