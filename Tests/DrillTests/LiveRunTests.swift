import Operations
import Testing

@testable import Drill
@testable import Lab

/// What a drill tells of itself while it goes on.
@Suite(.timeLimit(.minutes(1))) struct LiveRunTests {
  private static let figures = ["Detected", "Decided", "DNS changed", "99 % of users served again"]

  /// A recorder that has seen the fixture's run up to an instant.
  private func recorder(until end: Double) -> DrillRecorder {
    let recording = Fixture.cloudLoss()
    // By the recorder's own clock it is as late as the last thing that it saw.
    let recorder = DrillRecorder(
      plan: recording.plan, begunAt: recording.begunAt, begun: .now - .seconds(end))
    recorder.change { copy in
      copy.baselineSeconds = recording.baselineSeconds
      copy.zeroSeconds = end >= 20 ? 20 : nil
      copy.answers = recording.answers.filter { $0.atSeconds <= end }
      copy.sights = recording.sights.filter { $0.atSeconds <= end }
      copy.marks = recording.marks.filter { $0.atSeconds <= end }
    }
    for visit in recording.visits where visit.endedSeconds <= end { recorder.log.append(visit) }
    return recorder
  }

  @Test func beforeTheFaultEverythingIsAwaited() {
    var live = LiveRun(Fixture.recording().plan)
    let told = live.snapshot(of: recorder(until: 15))
    #expect(told.sinceFaultSeconds == nil)
    #expect(told.instants.map(\.title) == Self.figures)
    #expect(told.instants.allSatisfy { $0.seconds == nil && $0.remark == nil })
    #expect(told.failures == 0 && told.requests > 0 && told.history.faultIndex == nil)
    #expect(told.history.requests.count == 15)
    #expect(told.phase == "the usual state is measured")
  }

  /// What is told live is what the report says in the end.
  @Test func whatIsMeasuredIsWhatTheReportSays() throws {
    let report = RunFigures(Fixture.cloudLoss())
    var live = LiveRun(Fixture.recording().plan)
    let early = live.snapshot(of: recorder(until: 21))
    #expect(early.instants.last?.seconds == nil)
    let late = live.snapshot(of: recorder(until: 45))
    for (instant, figure) in zip(late.instants, [FigureName.detection, .decision, .nameChange, .usersServed]) {
      #expect(instant.title == figure.title)
      #expect(instant.seconds != nil && instant.seconds == report.value(figure).number, "\(figure)")
    }
  }

  @Test func whereAnOperatorDecidesThatIsSaid() {
    let plan = DrillPlan.make(.switchover, clouds: Fixture.clouds, settings: Fixture.settings)
    let recorder = DrillRecorder(plan: plan, begunAt: Fixture.begunAt)
    recorder.change { copy in
      copy.sights = [Fixture.sight(0)]
      copy.zeroSeconds = 0.001
    }
    var live = LiveRun(plan)
    let told = live.snapshot(of: recorder)
    #expect(told.instants.map(\.title).contains("DNS changed") == false)
    #expect(told.instants.first { $0.title == "Decided" }?.remark == "an operator decided")
  }

  @Test func theSharesAreToldSecondBySecond() throws {
    var live = LiveRun(Fixture.recording().plan)
    let told = live.snapshot(of: recorder(until: 45))
    #expect(told.history.faultIndex == 20)
    let aws = try #require(told.history.shares.first { $0.cloud == Fixture.aws })
    #expect(aws.samples.count == 45)
    #expect((aws.samples[10] ?? 0) > 0.2 && aws.samples[40] == 0)
    #expect(told.history.failures.prefix(20).allSatisfy { $0 == 0 })
    let failed = Fixture.cloudLoss().visits.count {
      $0.endedSeconds >= 20 && $0.endedSeconds <= 45 && $0.failure != nil
    }
    #expect(failed > 0 && told.failures == failed)
  }

  /// Each visit is counted once, however often it is looked.
  @Test func lookingOftenCountsNothingTwice() {
    var often = LiveRun(Fixture.recording().plan)
    for end in stride(from: 1.0, through: 45, by: 1) { _ = often.snapshot(of: recorder(until: end)) }
    var once = LiveRun(Fixture.recording().plan)
    let (left, right) = (often.snapshot(of: recorder(until: 45)), once.snapshot(of: recorder(until: 45)))
    #expect(left.requests == right.requests && left.failures == right.failures)
    #expect(left.history.requests == right.history.requests)
  }
}
