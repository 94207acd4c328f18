import FailoverEngine
import Operations
import Testing

@Suite struct InterlockTests {
  @Test func sumOfZeroCanNeverBeOverridden() throws {
    let plan = try World.plan(aws: 0, azure: 0, in: World.snapshot())
    #expect(World.blocking(plan) == ["sum-of-zero"])
    #expect(Refusal.judging(plan.interlocks, overriding: [InterlockName("sum-of-zero")]) != nil)
  }

  @Test(arguments: [Health.down, .unknown])
  func trafficIsNotMovedTowardsACloudThatIsNotKnownToServe(health: Health) throws {
    var snapshot = World.snapshot()
    snapshot.clouds[1] = World.cloud(World.azure, health: health)
    let towards = try World.plan(aws: 10, azure: 90, in: snapshot)
    #expect(World.blocking(towards) == ["cloud-not-healthy"])
    #expect(Refusal.judging(towards.interlocks, overriding: [InterlockName("cloud-not-healthy")]) == nil)
    let away = try World.plan(aws: 90, azure: 10, in: snapshot)
    #expect(World.blocking(away).isEmpty)
  }

  @Test func aStaleVerdictIsNotHealthy() throws {
    var snapshot = World.snapshot()
    snapshot.clouds[1].verdict = World.seen(
      HealthVerdict(health: .healthy, reasons: [], since: World.now), ago: .seconds(6))
    #expect(
      World.blocking(try World.plan(aws: 10, azure: 90, in: snapshot)) == ["cloud-not-healthy", "stale-observations"])
  }

  @Test func whatRemainsMustCarryTheLoad() throws {
    var snapshot = World.snapshot()
    snapshot.clouds = [
      World.cloud(World.aws, requestsPerSecond: 160), World.cloud(World.azure, requestsPerSecond: 120),
    ]
    // 280 a second on 300: above 90 %.
    #expect(World.blocking(try World.plan(aws: 100, azure: 0, in: snapshot)) == ["capacity"])
    #expect(World.blocking(try World.plan(aws: 90, azure: 10, in: snapshot)).isEmpty)
  }

  @Test func aCloudWithoutAHealthyTargetHasNoCapacity() throws {
    var snapshot = World.snapshot()
    snapshot.clouds[1].targetGroup = World.seen(
      TargetGroupSnapshot(targets: [Target(id: "1", address: "a", state: .unhealthy)]))
    #expect(World.blocking(try World.plan(aws: 40, azure: 60, in: snapshot)) == ["capacity"])
  }

  @Test func changesKeepTheirDistanceUnlessTakenBack() throws {
    var snapshot = World.snapshot()
    snapshot.recordSet.lastChangedAt = World.now - .seconds(3)
    #expect(World.blocking(try World.plan(aws: 70, azure: 30, in: snapshot)) == ["too-soon"])
    #expect(World.blocking(try World.plan(aws: 70, azure: 30, in: snapshot, undo: true)).isEmpty)
    snapshot.recordSet.lastChangedAt = World.now - .seconds(10)
    #expect(World.blocking(try World.plan(aws: 70, azure: 30, in: snapshot)).isEmpty)
  }

  @Test func oldWeightsHoldTheLever() throws {
    var snapshot = World.snapshot()
    snapshot.recordSet.configured = World.seen(Weights([(World.aws, 50), (World.azure, 50)]), ago: .seconds(60))
    #expect(World.blocking(try World.plan(aws: 70, azure: 30, in: snapshot)) == ["stale-observations"])
  }

  @Test func leaseJournalGenerationAndRunningOperationAreAbsolute() throws {
    var snapshot = World.snapshot()
    let plan = try World.plan(aws: 70, azure: 30, in: snapshot)
    snapshot.lease = LeaseSnapshot(holder: "ana@ops2", heldHere: false)
    snapshot.journalFault = "the disk is full"
    snapshot.generation = Generation(8)
    var running = OperationSnapshot(
      id: OperationID("w-0"), title: "Weights", kind: .weights, state: .running, actor: "ana", startedAt: World.now,
      steps: [.init(title: "write", mutates: true, state: .running)])
    snapshot.operations = [running]
    let settings = WeightsSettings(minimumInterval: .zero, headroom: 0)
    func holding() -> [String] {
      settings.interlocks.map { $0.verdict(on: plan, in: snapshot) }.filter(\.isBlocked).map(\.name.rawValue)
    }
    #expect(holding() == ["journal-unwritable", "lease-not-held", "operation-running", "generation-moved"])
    #expect(
      settings.interlocks.filter { holding().contains($0.name.rawValue) }.allSatisfy { $0.overridability == .never })
    running.steps[0].state = .done
    snapshot.operations = [running]
    #expect(!holding().contains("operation-running"))
  }
}
