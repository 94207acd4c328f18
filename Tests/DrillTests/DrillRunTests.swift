import Lab
import Operations
import Testing

@testable import Drill

/// The choreography performed on a stage that answers by a script.
@Suite(.timeLimit(.minutes(1))) struct DrillRunTests {
  private let settings = DrillSettings(
    users: 10, warmUpSeconds: 0.05, baselineSeconds: 0.3, observeSeconds: 0.8, settleSeconds: 0.05, patienceSeconds: 5)

  private func perform(_ name: DrillName, _ stage: ScriptedStage, users: Int = 10) async throws -> DrillRecording {
    var settings = settings
    settings.users = users
    let plan = DrillPlan.make(name, clouds: Fixture.clouds, settings: settings)
    let run = DrillRun(plan, on: stage, at: Fixture.begunAt, token: "t", actor: "drill by kit@ops1") { _ in }
    return try await run.perform()
  }

  @Test func aLossIsInjectedWatchedHealedAndPutBack() async throws {
    let stage = ScriptedStage(policy: .automatic)
    let recording = try await perform(.cloudLoss, stage)
    #expect(
      stage.calls == [
        "inject kill-cloud aws", "rows azure", "heal", "acknowledge", "rejoin", "failback", "weights",
        "digests aws", "digests azure", "rows aws", "remove aws",
      ])
    #expect(recording.troubles == [])
    let figures = RunFigures(recording)
    #expect(figures.value(.detection).number != nil)
    #expect(figures.value(.decision).number != nil)
    #expect(figures.value(.nameChange).number != nil)
    #expect(figures.value(.automaticActions) == .measured(1))
    #expect(figures.value(.differingTables) == .measured(0))
    #expect(figures.value(.lostRows) == .measured(1))
    #expect(figures.value(.lostRowsInTheEnd) == .measured(0))
  }

  @Test(arguments: [Automation.manual, .paused]) func whereAPersonDecidesTheDrillDoes(policy: Automation) async throws {
    let stage = ScriptedStage(policy: policy)
    let recording = try await perform(.cloudLoss, stage)
    #expect(stage.calls.prefix(2) == ["inject kill-cloud aws", "failover"])
    #expect(recording.isActedByHand)
    #expect(RunFigures(recording).value(.automaticActions) == .measured(0))
  }

  @Test func aSwitchoverIsAskedForAndNothingIsBroken() async throws {
    let stage = ScriptedStage(policy: .manual)
    let recording = try await perform(.switchover, stage)
    #expect(stage.calls.first == "switchover")
    #expect(!stage.calls.contains("heal"))
    #expect(recording.zeroSeconds != nil)
  }

  /// A host that has just begun knows of no comparison, and holds a planned move until there is one.
  @Test func theRowsAreComparedBeforeAPlannedMove() async throws {
    let stage = ScriptedStage(policy: .manual, isCompared: false)
    let recording = try await perform(.switchover, stage)
    #expect(stage.calls.prefix(2) == ["verify", "switchover"])
    // What is measured begins when the comparison has ended.
    let asked = try #require(recording.marks.first { $0.kind == .lever }).atSeconds
    let zero = try #require(recording.zeroSeconds)
    #expect(zero - asked >= ScriptedStage.comparison.inSeconds)
    #expect(recording.troubles.isEmpty)
  }

  @Test func theHostIsKilledInTheMiddleAndStarted() async throws {
    let stage = ScriptedStage(policy: .manual)
    let recording = try await perform(.consoleCrash, stage)
    #expect(stage.calls.prefix(3) == ["switchover", "kill", "start"])
    #expect(RunFigures(recording).value(.operationEnd).number != nil)
  }

  @Test func afterAnErrorTheFaultIsHealed() async throws {
    let stage = ScriptedStage(policy: .automatic, failsToHeal: true)
    await #expect(throws: LabError.self) { try await perform(.cloudLoss, stage) }
    #expect(stage.calls.filter { $0 == "heal" }.count == 2)
  }

  @Test func whatCannotBeAskedIsSaid() async throws {
    let stage = ScriptedStage(policy: .automatic, rowsFail: true)
    let recording = try await perform(.cloudLoss, stage)
    #expect(recording.troubles.count == 2)
    guard case .notMeasured = RunFigures(recording).value(.lostRows) else { return #expect(Bool(false)) }
  }

  /// Also of a drill that fails: nobody is left looking at one that is over.
  @Test(arguments: [false, true]) func theHostIsToldAndToldThatItIsOver(fails: Bool) async throws {
    let stage = ScriptedStage(policy: .automatic, failsToHeal: fails)
    let drill = Drill(
      .cloudLoss, settings: settings, runs: 1, on: stage, isLab: true, actor: "drill by kit@ops1",
      wallClock: TestClock())
    do { _ = try await drill.perform { _ in } } catch { #expect(fails) }
    let drills = stage.drills
    #expect(drills.count >= 2 && drills.first??.name == "cloud-loss")
    #expect(drills.last == .some(nil))
  }

  /// An hour of runs is not lost with the last of them.
  @Test func whatWasMeasuredBeforeAnInterruptionIsTold() async throws {
    let stage = ScriptedStage(policy: .automatic)
    let drill = Drill(
      .switchover, settings: settings, runs: 1000, on: stage, isLab: true, actor: "drill by kit@ops1",
      wallClock: TestClock())
    let (firstRunIsOver, continuation) = AsyncStream.makeStream(of: Void.self)
    let work = Task { try await drill.perform { if $0.run > 1 { continuation.finish() } } }
    for await _ in firstRunIsOver {}
    work.cancel()
    let outcome = try await work.value
    #expect(!outcome.recordings.isEmpty && outcome.failure is CancellationError)
    let report = DrillReport(
      outcome.recordings, name: .switchover, clouds: [Fixture.aws, Fixture.azure], ground: Fixture.ground,
      endedEarly: "interrupted", at: Fixture.begunAt)
    #expect(report.verdict != .passed)
    #expect(report.troubles.last == "ended after \(outcome.recordings.count) runs: interrupted")
  }

  @Test func withoutUsersNoRowsAreLookedFor() async throws {
    let stage = ScriptedStage(policy: .automatic)
    let recording = try await perform(.cloudLoss, stage, users: 0)
    #expect(!stage.calls.contains { $0.hasPrefix("rows") })
    #expect(recording.visits.isEmpty)
  }
}

private struct TestClock: WallClock {
  func now() -> Timestamp { Fixture.begunAt }
}
