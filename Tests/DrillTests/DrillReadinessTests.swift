import Operations
import Testing

@testable import Drill

@Suite struct DrillReadinessTests {
  private func readiness(primary: CloudID? = nil, _ change: (inout Snapshot) -> Void = { _ in }) -> DrillReadiness {
    var snapshot = ScriptedStage(policy: .automatic).snapshot()
    change(&snapshot)
    return DrillReadiness(snapshot, primary: primary)
  }

  private func missing(_ readiness: DrillReadiness) -> String? {
    if case .notYet(let what) = readiness { what } else { nil }
  }

  @Test func aServiceThatIsWellIsReady() {
    #expect(readiness() == .ready(Fixture.clouds))
    #expect(readiness(primary: Fixture.aws) == .ready(Fixture.clouds))
    #expect(readiness { $0.primary = Fixture.azure } == .ready(.init(primary: Fixture.azure, secondary: Fixture.aws)))
  }

  @Test func everythingThatIsNotWellIsNamed() {
    #expect(missing(readiness { $0.primary = nil })?.contains("not known") == true)
    #expect(missing(readiness(primary: Fixture.azure))?.contains("was azure before") == true)
    #expect(missing(readiness { $0.clouds[1].verdict.value.health = .unknown }) == "azure is unknown")
    #expect(missing(readiness { $0.failover?.state = .acted }) == "the failover engine is acted")
    #expect(missing(readiness { $0.clouds.removeLast() }) == "there is no second cloud")
    let running = Fixture.failover(endedAt: nil)
    #expect(missing(readiness { $0.operations = [running] }) == "an operation is running: Fail over: aws → azure")
  }
}
