import Lab
import Operations
import Testing

@testable import Drill

@Suite struct ChoreographyTests {
  private func acts(_ name: DrillName, run: Int = 1, isLab: Bool = true) -> [DrillAct] {
    DrillPlan.make(name, clouds: Fixture.clouds, settings: Fixture.settings, run: run, isLab: isLab).acts
  }

  @Test(arguments: DrillName.allCases) func everyDrillEndsWithTheSidesComparedAndNothingBroken(name: DrillName) throws {
    let acts = acts(name)
    let injects = acts.contains { if case .inject = $0 { true } else { false } }
    #expect(injects == acts.contains(.heal))
    let dismissed = try #require(acts.firstIndex(of: .dismissUsers))
    let compared = try #require(acts.firstIndex(of: .compareSides(seconds: Fixture.settings.patienceSeconds)))
    #expect(dismissed < compared)
    #expect(acts.contains(.restore(primary: Fixture.aws, .rebuild, seconds: Fixture.settings.patienceSeconds)))
    #expect(Array(acts.suffix(2)) == [.countRows(inTheEnd: true), .removeRows])
  }

  @Test(arguments: DrillName.allCases) func rowsAreCountedBeforeAnythingIsHealed(name: DrillName) throws {
    let acts = acts(name)
    let counted = try #require(acts.firstIndex(of: .countRows(inTheEnd: false)))
    if let healed = acts.firstIndex(of: .heal) { #expect(counted < healed) }
  }

  @Test(arguments: DrillName.allCases) func everyAimIsOfAFigureThatItsReportHas(name: DrillName) {
    let plan = DrillPlan.make(name, clouds: Fixture.clouds, settings: Fixture.settings)
    #expect(!plan.aims.isEmpty)
    let figures = RunFigures(Fixture.recording(name)).all.map(\.name)
    for aim in plan.aims { #expect(figures.contains(aim.figure), "\(aim.figure)") }
  }

  @Test(arguments: DrillName.allCases) func outsideALabNothingIsHealedOrPutBack(name: DrillName) {
    for act in acts(name, isLab: false) {
      switch act {
      case .heal, .restore, .compareSides, .countRows, .removeRows: Issue.record("\(act)")
      default: break
      }
    }
  }

  @Test func onlyTheSwitchoverBreaksNothing() {
    for name in DrillName.allCases {
      #expect(name.needsLab == (name != .switchover))
      let breaks = acts(name, isLab: false).contains { act in
        switch act {
        case .inject, .crashHost: true
        default: false
        }
      }
      #expect(breaks == name.needsLab, "\(name)")
    }
  }

  @Test func runsOfAConsoleCrashKillAtOneStepAfterTheOther() {
    let steps = (1...3).map { run in
      acts(.consoleCrash, run: run).compactMap { if case .crashHost(let step, _) = $0 { step } else { nil } }
    }
    #expect(steps == [[0], [1], [2]])
  }
}

@Suite struct RestorationTests {
  private let weights = Weights([(Fixture.aws, 50), (Fixture.azure, 50)])
  private var restoration: Restoration { Restoration(primary: Fixture.aws, weights: weights, method: .merge) }

  @Test func whatIsAsItWasNeedsNothing() { #expect(restoration.next(Fixture.sight(1)) == .done) }

  @Test func anOldPrimaryRejoinsBeforeItBecomesThePrimaryAgain() {
    var restoration = restoration
    let failedOver = Fixture.sight(1, primary: Fixture.azure, weights: [0, 50])
    let rejoin = LeverRequest.failover(.rejoin(Fixture.aws, .merge))
    #expect(restoration.next(failedOver) == .ask(rejoin))
    restoration.learn(rejoin, isDone: false)
    #expect(restoration.next(failedOver) == .ask(rejoin))
    restoration.learn(rejoin, isDone: true)
    #expect(restoration.next(failedOver) == .ask(.failover(.failback(to: Fixture.aws))))
    #expect(restoration.next(Fixture.sight(1, weights: [0, 50])) == .ask(.setWeights(weights)))
  }

  @Test func nothingIsAskedWhileSomethingRunsOrIsUnknown() {
    let running = Fixture.sight(1, primary: Fixture.azure, operations: [Fixture.failover(endedAt: nil)])
    #expect(restoration.next(running) == .wait)
    #expect(restoration.next(Fixture.sight(1, primary: nil)) == .wait)
    #expect(restoration.next(Fixture.sight(1, isFresh: false)) == .wait)
  }
}
