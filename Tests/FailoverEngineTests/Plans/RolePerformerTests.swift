import FailoverEngine
import Operations
import Simulation
import Synchronization
import Testing

@Suite struct RolePerformerTests {
  private static let aws = PlanWorld.aws
  private static let generation = Generation(8)

  /// What the performer sees, to be set by a test.
  private final class Sight: Sendable {
    struct State {
      var health: [Health] = [.healthy]
      var shares: [Double?] = [0]
      var loss: Observation<LossEstimate>?
      var leaseEnds: [Timestamp?] = [nil]
      /// What stands in the record set; nil where it cannot be read.
      var records: [RecordSetState?] = [RolePerformerTests.records(0, under: 1)]
    }

    let state = Mutex(State())

    /// The next of a list, the last again and again.
    private func next<Value>(_ list: (inout State) -> Value) -> Value { state.withLock { list(&$0) } }

    func sight(_ wall: any WallClock) -> RoleSight {
      RoleSight(
        health: { _ in
          Observation(
            HealthVerdict(health: self.next { $0.health.takeNext() }, reasons: [], since: wall.now()), source: "test",
            observedAt: wall.now(), staleAfter: .seconds(5))
        },
        shares: { self.next { $0.shares.takeNext() }.map { [CloudShare(cloud: RolePerformerTests.aws, share: $0)] } },
        loss: { _, _ in self.state.withLock { $0.loss } }, leaseEnd: { _ in self.next { $0.leaseEnds.takeNext() } },
        recordSet: {
          guard let state = self.next({ $0.records.takeNext() }) else { throw RecordSetError.provider("no answer") }
          return state
        })
    }
  }

  private static func records(_ weight: Int, under generation: UInt64) -> RecordSetState {
    RecordSetState(
      weights: Weights([(aws, weight), (PlanWorld.azure, 40)]), ttl: .seconds(5), generation: Generation(generation))
  }

  /// A database, and a clock that is where it is asked to sleep to, at once.
  private struct Bench {
    let clock = VirtualClock()
    let pauses = LeapingClock()
    let sight = Sight()
    let database: SimulatedRoleDatabase
    let performer: RolePerformer
    var wall: any WallClock { clock.wall }

    init(divergence: (any DivergencePort)? = nil) {
      database = SimulatedRoleDatabase(
        RolePerformerTests.aws, rights: [TableRight(table: "public.task", privileges: ["INSERT"])], clock: clock.wall)
      var times = RoleTimes(ttl: .seconds(5))
      times.drainPatience = .seconds(20)
      performer = RolePerformer(
        roles: [RolePerformerTests.aws: database.controller("kit", clock: pauses)], sight: sight.sight(clock.wall),
        times: times, divergence: divergence, clock: pauses, wallClock: clock.wall)
    }

    @discardableResult
    func perform(_ action: RoleAction) async throws -> String { try await performer.perform(.role(action)) { _ in } }
  }

  @Test func aFenceIsProvenAndMayBeRepeated() async throws {
    let bench = Bench()
    for _ in 0..<2 {
      let told = try await bench.perform(.fence(Self.aws, generation: Self.generation))
      #expect(told.contains("refused"))
    }
    #expect(!bench.database.takesWrites)
    #expect(bench.database.standing == (.fenced, Self.generation))
  }

  @Test func aFenceThatLeaksIsNoFence() async throws {
    let bench = Bench()
    bench.database.inject(.leaks)
    await #expect(throws: RoleError.self) {
      try await bench.perform(.fence(Self.aws, generation: Self.generation))
    }
  }

  @Test func aDatabaseThatDoesNotAnswerIsTriedAgainAndThenNothingIsAssumed() async throws {
    let bench = Bench()
    bench.database.inject(.unreachable)
    await #expect(throws: RoleError.self) {
      try await bench.perform(.promote(Self.aws, generation: Self.generation))
    }
    #expect(bench.pauses.slept == [.milliseconds(500), .milliseconds(500)])
  }

  @Test func anAnswerThatGotLostIsNoSecondPromotion() async throws {
    let bench = Bench()
    try await bench.perform(.fence(Self.aws, generation: Self.generation))
    bench.database.inject(.losesAnswers)
    await #expect(throws: RoleError.self) {
      try await bench.perform(.promote(Self.aws, generation: Self.generation))
    }
    bench.database.inject(nil)
    try await bench.perform(.promote(Self.aws, generation: Self.generation))
    try await bench.perform(.verifyWritable(Self.aws, generation: Self.generation))
    #expect(bench.database.takesWrites)
  }

  /// A newer controller has acted: a fence had no effect; of a promotion nobody can say so.
  @Test func anOldControllerIsRefused() async throws {
    let bench = Bench()
    try await bench.perform(.fence(Self.aws, generation: Generation(9)))
    await #expect(throws: StepRefused.self) {
      try await bench.perform(.fence(Self.aws, generation: Self.generation))
    }
    await #expect(throws: RoleError.superseded(standing: Generation(9))) {
      try await bench.perform(.promote(Self.aws, generation: Self.generation))
    }
  }

  @Test func whatTheDatabaseRefusesHadNoEffect() async throws {
    let bench = Bench()
    await #expect(throws: StepRefused.self) {
      try await bench.perform(.verifyWritable(Self.aws, generation: Self.generation))
    }
    await #expect(throws: StepRefused.self) {
      try await bench.perform(.fence(CloudID("gcp"), generation: Self.generation))
    }
  }

  @Test func theEndOfALeaseIsAwaitedWithItsMargin() async throws {
    let bench = Bench()
    let end = bench.wall.now() + .milliseconds(2500)
    bench.sight.state.withLock { $0.leaseEnds = [end] }
    try await bench.perform(.awaitLeaseEnd(Self.aws, generation: Self.generation))
    #expect(bench.pauses.slept.reduce(.zero, +) == .milliseconds(3500))
  }

  /// What is told late of the same lease is no renewal.
  @Test func aLeaseThatTurnsOutToEndLaterIsAwaitedToThatEnd() async throws {
    let bench = Bench()
    let end = bench.wall.now() + .seconds(2)
    bench.sight.state.withLock { $0.leaseEnds = [end, end + .milliseconds(30)] }
    try await bench.perform(.awaitLeaseEnd(Self.aws, generation: Self.generation))
    #expect(bench.pauses.slept.reduce(.zero, +) == .milliseconds(3030))
  }

  /// Renewed, or, where another host held the levers meanwhile and gave it back, none in the end.
  @Test(
    arguments: [
      ([2, 3, 4, 5], "renewed again and again"), ([2, nil], "does not end by itself any more"),
    ] as [([Int?], String)])
  func aLeaseThatDoesNotEndAsItSaidProvesNothing(ends: [Int?], reason: String) async throws {
    let bench = Bench()
    bench.sight.state.withLock { state in state.leaseEnds = ends.map { $0.map { bench.wall.now() + .seconds($0) } } }
    await #expect {
      try await bench.perform(.awaitLeaseEnd(Self.aws, generation: Self.generation))
    } throws: {
      "\($0)".contains(reason)
    }
  }

  @Test func withoutALeaseNothingIsAwaited() async throws {
    let bench = Bench()
    await #expect(throws: StepRefused.self) {
      try await bench.perform(.awaitLeaseEnd(Self.aws, generation: Self.generation))
    }
    #expect(bench.pauses.slept.isEmpty)
  }

  @Test func aPrimaryThatStopsAnsweringIsWaitedOut() async throws {
    let bench = Bench()
    bench.sight.state.withLock { $0.leaseEnds = [bench.wall.now() + .seconds(2)] }
    try await bench.perform(.fenceOrAwaitLeaseEnd(Self.aws, generation: Self.generation))
    #expect(bench.pauses.slept.isEmpty)
    bench.database.inject(.unreachable)
    let told = try await bench.perform(.fenceOrAwaitLeaseEnd(Self.aws, generation: Self.generation))
    #expect(told.contains("lease ended"))
    #expect(bench.pauses.slept.reduce(.zero, +) == .seconds(3))
    bench.sight.state.withLock { $0.leaseEnds = [nil] }
    await #expect(throws: RoleError.self) {
      try await bench.perform(.fenceOrAwaitLeaseEnd(Self.aws, generation: Self.generation))
    }
  }

  @Test func drainedNeedsTheTTLAndTheTraffic() async throws {
    let bench = Bench()
    let drain = RoleAction.drainTraffic(Self.aws, residualShare: 0.01)
    try await bench.perform(drain)
    #expect(bench.pauses.slept.count == 5)
    bench.sight.state.withLock { $0.shares = [0.3, 0.2, nil, 0.1, 0.05, 0.02, 0.009] }
    #expect(try await bench.perform(drain) == "0.9 % of the requests come to aws, 7 s after the change")
    for stays in [0.01, nil] {
      bench.sight.state.withLock { $0.shares = [stays] }
      await #expect(throws: HostError.self) { try await bench.perform(drain) }
    }
  }

  /// Another host changed the weights meanwhile, for a moment only: what was answered then is kept for the TTL.
  @Test func aChangeOfTheWeightsBeginsTheTTLAnew() async throws {
    let drain = RoleAction.drainTraffic(Self.aws, residualShare: 0.01)
    let (before, after) = (Self.records(0, under: 1), Self.records(0, under: 3))
    let again = Self.records(5, under: 2)
    for (states, seconds) in [
      ([before], 5), ([before, after], 10), ([before, nil, before], 10), ([before, again, after], 15),
    ] {
      let bench = Bench()
      bench.sight.state.withLock { $0.records = states }
      #expect(try await bench.perform(drain) == "0 % of the requests come to aws, 5 s after the change")
      #expect(bench.pauses.slept.count == seconds)
    }
    let bench = Bench()
    bench.sight.state.withLock { $0.records = [again] }
    await #expect(throws: HostError.self) { try await bench.perform(drain) }
  }

  @Test func aGateOpensWhereNothingGetsWorse() async throws {
    let gate = RoleAction.healthGate([Self.aws], seconds: 3)
    for path in [[Health.healthy], [.degraded], [.degraded, .healthy, .degraded, .healthy]] {
      let bench = Bench()
      bench.sight.state.withLock { $0.health = path }
      #expect(try await bench.perform(gate) == "aws stayed well for 3 s")
      #expect(bench.pauses.slept.count == 3)
    }
    for path in [
      [Health.down], [.unknown], [.healthy, .healthy, .degraded], [.healthy, .healthy, .healthy, .down],
      [.degraded, .degraded, .unknown],
    ] {
      let bench = Bench()
      bench.sight.state.withLock { $0.health = path }
      await #expect(throws: HostError.self) { try await bench.perform(gate) }
    }
  }

  @Test func aLossIsToldWithItsAge() async throws {
    let bench = Bench()
    let measure = RoleAction.measureLoss(from: Self.aws, to: PlanWorld.azure)
    #expect(try await bench.perform(measure) == "how much azure lacks of aws is not known")
    let seen = Observation(
      LossEstimate(seconds: 0.31, bytes: 1200, rows: 1), source: "link", observedAt: bench.wall.now() - .seconds(4),
      staleAfter: .seconds(3))
    bench.sight.state.withLock { $0.loss = seen }
    #expect(
      try await bench.perform(measure)
        == "azure lacks at most 0.4 s of writes, 1200 bytes of log, about 1 row, measured 4 s ago, which is too long")
  }

  private struct Divergence: DivergencePort {
    func export(_ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void) async throws
      -> String
    { "exported \(cloud) \(link)" }

    func merge(_ cloud: CloudID, link: LinkID, progress: @escaping @Sendable (String) async -> Void) async throws
      -> String
    { "merged \(cloud) \(link)" }
  }

  @Test func divergenceGoesThroughItsPort() async throws {
    let bench = Bench(divergence: Divergence())
    #expect(try await bench.perform(.exportDivergence(Self.aws, link: PlanWorld.link)) == "exported aws aws-azure")
    #expect(try await bench.perform(.mergeDivergence(Self.aws, link: PlanWorld.link)) == "merged aws aws-azure")
    await #expect(throws: StepRefused.self) {
      try await Bench().perform(.exportDivergence(Self.aws, link: PlanWorld.link))
    }
  }
}

extension Array {
  /// The first, which goes unless it is the last.
  fileprivate mutating func takeNext() -> Element { count > 1 ? removeFirst() : self[0] }
}
