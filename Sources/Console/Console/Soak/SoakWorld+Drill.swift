import Operations

/// A drill as it may be, and as none would ever tell of itself.
extension SoakWorld {
  func drill(at now: Timestamp, ids: [CloudID], _ random: inout SplitMix) -> Observation<DrillSnapshot> {
    var drill = DrillSnapshot(
      name: text("cloud-loss", &random), phase: text("the fault is watched", &random),
      sinceFaultSeconds: random.chance(70) ? number(&random) : nil, users: Int.random(in: 0...2000, using: &random),
      requestsPerSecond: number(&random), failuresPerSecond: number(&random),
      shares: ids.map { CloudShare(cloud: $0, share: number(&random)) })
    drill.run = Int.random(in: -1...30, using: &random)
    drill.runs = Int.random(in: -1...30, using: &random)
    drill.elapsedSeconds = number(&random)
    drill.requests = random.chance(5) ? .max : Int.random(in: 0...90_000, using: &random)
    drill.failures = random.chance(5) ? .min : Int.random(in: 0...900, using: &random)
    drill.instants = (0..<Int.random(in: 0...8, using: &random)).map { _ in
      .init(
        title: text("Detected", &random), seconds: random.chance(50) ? number(&random) : nil,
        remark: random.chance(20) ? text("an operator decided", &random) : nil)
    }
    drill.history.requests = samples(&random)
    drill.history.failures = samples(&random)
    drill.history.shares = ids.map { .init(cloud: $0, samples: samples(&random)) }
    drill.history.faultIndex = random.chance(70) ? Int.random(in: -5...200, using: &random) : nil
    return seen(drill, at: now, &random)
  }

  private func samples(_ random: inout SplitMix) -> [Double?] {
    (0..<Int.random(in: 0...DrillSnapshot.historyLength, using: &random)).map { _ in
      random.chance(90) ? number(&random) : nil
    }
  }
}
