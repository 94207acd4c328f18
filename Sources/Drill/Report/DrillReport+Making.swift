public import Operations

extension DrillReport {
  /// - Parameters:
  ///   - recordings: of each run, in order; at least one.
  ///   - clouds: in the order in which they are named.
  ///   - endedEarly: why there are fewer runs than were asked for.
  public init(
    _ recordings: [DrillRecording], name: DrillName, clouds: [CloudID], ground: DrillGround,
    endedEarly: String? = nil, at now: Timestamp
  ) {
    let clouds = clouds.map(\.rawValue)
    let plan = recordings.first?.plan
    let runs = recordings.enumerated().map { Run($0.element, number: $0.offset + 1, clouds: clouds) }
    self.name = name
    purpose = name.purpose
    madeAt = now
    self.ground = ground
    settings = plan?.settings ?? DrillSettings()
    self.clouds = clouds
    subject = plan?.subject ?? CloudID(clouds.first ?? "")
    self.runs = runs
    let aims = plan?.aims ?? []
    figures = Self.summaries(runs, aims)
    latencies = clouds.map { Self.latency($0, runs, users: plan?.settings.users ?? 0) }
    let verdict = Self.verdict(figures)
    self.verdict = verdict == .passed && endedEarly != nil ? .incomplete : verdict
    self.endedEarly = endedEarly
  }

  private static func summaries(_ runs: [Run], _ aims: [DrillAim]) -> [FigureSummary] {
    let names = runs.first?.figures.map(\.name) ?? []
    return names.map { name in
      FigureSummary(name, runs.compactMap { $0.value(name) }, aim: aims.first { $0.figure == name })
    }
  }

  private static func latency(_ cloud: String, _ runs: [Run], users: Int) -> LatencySummary {
    let values = runs.compactMap { run in run.latencies.first { $0.cloud == cloud }?.value }
    let summary = FigureSummary(.baselineLatency, values)
    return LatencySummary(
      cloud: cloud, median: summary.median, worst: summary.worst,
      reportedMilliseconds: users == Comparison.reportUsers ? Comparison.reportLatencyMilliseconds[cloud] : nil)
  }

  private static func verdict(_ figures: [FigureSummary]) -> Verdict {
    let judged = figures.filter { $0.aim != nil }
    if judged.contains(where: { $0.isMet == false }) { return .failed }
    return judged.isEmpty || judged.contains { $0.isMet == nil } ? .incomplete : .passed
  }
}

extension DrillReport.Run {
  init(_ recording: DrillRecording, number: Int, clouds: [String]) {
    let figures = RunFigures(recording)
    let timeline = Timeline(recording)
    let zero = recording.zeroSeconds ?? 0
    self.number = number
    begunAt = recording.begunAt
    self.figures = figures.all
    latencies = clouds.map { DrillReport.Latency(cloud: $0, value: figures.baselineLatency($0)) }
    failuresByReason = figures.failuresByReason
    rowChecks = recording.rowChecks.map { check in
      var check = check
      check.atSeconds -= zero
      return check
    }
    sides = recording.sides
    self.timeline = timeline.marks
    steps = timeline.steps
    seconds = figures.seconds(clouds: clouds)
    healedSeconds = recording.healedSeconds.map { $0 - zero }
    troubles = recording.troubles
  }
}
