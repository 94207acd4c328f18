import Operations

/// Looks at the host and at the name server for as long as a run goes on.
struct DrillWatches: Sendable {
  let stage: any DrillStage
  let recorder: DrillRecorder

  /// 20 answers each 100 ms: half of them from a cloud that has half the weight, and so its absence is told within the
  /// first round.
  private static let answersPerRound = 20
  private static let roundPause = Duration.milliseconds(100)

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watchHost() }
      group.addTask { await watchAnswers() }
    }
  }

  private func watchHost() async {
    while !Task.isCancelled {
      guard let client = try? await stage.host() else {
        try? await Task.sleep(for: .milliseconds(100))
        continue
      }
      for await update in client.updates() where !Task.isCancelled {
        switch update {
        case .snapshot(let snapshot): recorder.see(snapshot)
        case .connection(.lost(let reason, _)): recorder.mark(.host, "the host is not heard: \(reason)")
        case .connection(.attached), .connection(.local): recorder.mark(.host, "the host is heard")
        }
      }
    }
  }

  private func watchAnswers() async {
    var next = ContinuousClock.now
    while !Task.isCancelled {
      let at = recorder.now
      let sample = await stage.answers(Self.answersPerRound)
      if Task.isCancelled { return }
      let failure = sample.servers.first { !$0.answering }?.reason
      let record = AnswerRecord(atSeconds: at, countByCloud: sample.countByCloud, failure: failure)
      recorder.change { $0.answers.append(record) }
      next += Self.roundPause
      try? await Task.sleep(until: max(next, ContinuousClock.now), clock: .continuous)
    }
  }
}
