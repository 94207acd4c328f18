@testable import FailoverEngine
import Operations
import Testing

@Suite struct FailoverPlannerTests {
  private static let aws = PlanWorld.aws
  private static let azure = PlanWorld.azure

  private func refusal(_ request: FailoverRequest, _ snapshot: Snapshot) -> String {
    do {
      _ = try PlanWorld.plan(request, in: snapshot)
      return "a plan was made"
    } catch HostError.invalidRequest(let reason) {
      return reason
    } catch {
      return "\(error)"
    }
  }

  @Test func nonsenseIsRefusedInWords() {
    let well = PlanWorld.snapshot()
    var unlinked = well
    unlinked.replication = []
    var snapshots = well
    snapshots.replication = [PlanWorld.replication(mode: .snapshot)]
    var turned = well
    turned.replication = [PlanWorld.replication(reversed: true)]
    var twice = PlanWorld.returned()
    twice.primary = nil
    var unknown = well
    unknown.recordSet.configured = nil
    let cases: [(FailoverRequest, Snapshot, String)] = [
      (.failover(to: CloudID("azur")), well, "did you mean azure?"),
      (.evacuate(CloudID("gcp")), well, "there are: aws, azure"),
      (.failover(to: Self.aws), well, "aws is the primary already"),
      (.switchover(to: Self.aws), well, "aws is the primary already"),
      (.switchover(to: Self.azure), unlinked, "no replication link joins"),
      (.failover(to: Self.azure), unlinked, "no replication link joins"),
      (.switchover(to: Self.azure), snapshots, "takes snapshots"),
      (.switchover(to: Self.azure), turned, "signalbox rejoin azure"),
      (.switchover(to: Self.azure), PlanWorld.primaryLost(), "no database is known to take writes"),
      (.switchover(to: Self.azure), twice, "aws and azure both take writes"),
      (.failover(to: Self.azure), twice, "aws and azure both take writes"),
      (.rejoin(Self.aws, .rebuild), well, "aws is the primary; there is nothing to rejoin"),
      (.rejoin(Self.azure, .rebuild), PlanWorld.primaryLost(), "no other database takes writes"),
      (.shift(Weights([(Self.aws, 1), (Self.azure, 1)]), stages: 0), well, "1 to 20 stages"),
      (.shift(Weights([(Self.aws, 1)]), stages: 1), well, "no weight is given for azure"),
      (.shift(Weights([(Self.aws, 1), (Self.azure, 300)]), stages: 1), well, "0 to 255"),
      (.evacuate(Self.aws), unknown, "weights that stand now are not known"),
    ]
    for (request, snapshot, words) in cases {
      let reason = refusal(request, snapshot)
      #expect(reason.contains(words), "\(request): \(reason)")
    }
  }

  /// A lever that is shown as held says what a person can do about it: a command, or what to change in the configuration.
  @Test func whereNoPlanCanBeMadeTheRemedyIsConcrete() {
    let well = PlanWorld.snapshot()
    var unlinked = well
    unlinked.replication = []
    var snapshots = PlanWorld.returned()
    snapshots.replication = [PlanWorld.replication(mode: .snapshot)]
    var behind = snapshots
    behind.primary = Self.azure
    var both = PlanWorld.returned()
    both.replication = [PlanWorld.replication(mode: .streamBoth)]
    var turned = well
    turned.replication = [PlanWorld.replication(reversed: true)]
    var twice = PlanWorld.returned()
    twice.primary = nil
    var silent = PlanWorld.returned()
    silent.clouds[0].database = nil
    silent.failover?.roles.removeAll { $0.cloud == Self.aws }
    var unknown = well
    unknown.recordSet.configured = nil
    let cases: [(FailoverRequest, Snapshot, String)] = [
      (.failover(to: Self.aws), well, "name another cloud"),
      (.switchover(to: Self.azure), unlinked, "under replication: in the configuration"),
      (.failover(to: Self.azure), unlinked, "under replication: in the configuration"),
      (.failback(to: Self.aws), behind, "signalbox failover aws"),
      (.rejoin(Self.aws, .rebuild), snapshots, "signalbox sync now --link aws-azure"),
      (.rejoin(Self.aws, .rebuild), both, "signalbox sync resume --link aws-azure"),
      (.switchover(to: Self.azure), turned, "signalbox rejoin azure"),
      (.switchover(to: Self.azure), PlanWorld.primaryLost(), "signalbox failover azure"),
      (.switchover(to: Self.azure), twice, "signalbox rejoin aws or signalbox rejoin azure"),
      (.failover(to: Self.azure), twice, "signalbox rejoin aws or signalbox rejoin azure"),
      (.rejoin(Self.azure, .rebuild), PlanWorld.primaryLost(), "signalbox failover aws"),
      (.rejoin(Self.aws, .rebuild), well, "that was the primary before"),
      (.rejoin(Self.aws, .rebuild), silent, "signalbox doctor"),
      (.evacuate(Self.aws), unknown, "signalbox doctor"),
    ]
    for (request, snapshot, remedy) in cases {
      do {
        _ = try PlanWorld.plan(request, in: snapshot)
        Issue.record("a plan was made of \(request)")
      } catch {
        let hold = InterlockVerdict.noPlan(error).hold
        #expect(hold?.remedy.contains(remedy) == true, "\(request): \(error)")
        #expect(hold?.reason.contains(remedy) == false && error is HostError)
      }
    }
  }

  @Test func nobodyKnowsTheOldPrimaryWhereSeveralLinksEnd() {
    var snapshot = PlanWorld.primaryLost()
    var other = PlanWorld.replication()
    other.id = LinkID("gcp-azure")
    other.source = CloudID("gcp")
    snapshot.replication.append(other)
    #expect(refusal(.failover(to: Self.azure), snapshot).contains("aws, gcp could each have been it"))
    snapshot.replication = []
    #expect(refusal(.failover(to: Self.azure), snapshot).contains("no replication link reaches azure"))
  }

  /// What a database said before its cloud went down says nothing of now, however fresh it is.
  @Test func aPrimaryThatJustWentDownIsNotCountedOn() throws {
    var snapshot = PlanWorld.snapshot()
    snapshot.clouds[0].verdict = World.seen(
      HealthVerdict(health: .down, reasons: ["no answer"], since: PlanWorld.now - .seconds(1)))
    snapshot.clouds[0].database = World.seen(PlanWorld.database(.primary), ago: .seconds(3))
    snapshot.failover?.roles[0] = PlanWorld.view(Self.aws, .primary, lease: .seconds(9), ago: .seconds(3))
    let titles = try PlanWorld.plan(.failover(to: Self.azure), in: snapshot).steps.map(\.title)
    #expect(titles.first == "await aws's lease")
    #expect(!titles.contains("catch up"))
    // It has answered since: a broken front door and no dead database.
    snapshot.clouds[0].database = World.seen(PlanWorld.database(.primary))
    let asked = try PlanWorld.plan(.failover(to: Self.azure), in: snapshot).steps.map(\.title)
    #expect(asked.prefix(2) == ["fence aws", "catch up"])
  }

  @Test func theAutomationNeverFailsBack() {
    #expect(throws: HostError.self) {
      try PlanWorld.plan(.failback(to: Self.azure), origin: .automation)
    }
  }

  /// Whatever stands and is wanted, in however many stages: never nobody, always nearer, and there in the end.
  @Test func everyRungCarriesWeight() {
    var generator = SplitMix(seed: 11)
    for _ in 0..<5000 {
      func weights() -> Weights {
        let pairs = ["a", "b", "c"].map { name in
          (CloudID(name), Int.random(in: 0...2, using: &generator) * Int.random(in: 0...127, using: &generator))
        }
        return Weights(pairs)
      }
      let (standing, wanted) = (weights(), weights())
      guard standing.sum > 0, wanted.sum > 0 else { continue }
      let stages = Int.random(in: 1...20, using: &generator)
      let rungs = FailoverPlanner.rungs(from: standing, to: wanted, stages: stages)
      #expect(rungs.allSatisfy { $0.sum > 0 })
      #expect(rungs.count <= stages)
      #expect((rungs.last ?? standing) == wanted)
      for cloud in standing.clouds {
        let path = ([standing] + rungs).map { abs(($0[cloud] ?? 0) - (wanted[cloud] ?? 0)) }
        #expect(path == path.sorted(by: >))
      }
    }
  }

  @Test func aShiftAwayFromACloudThatIsDownIsNotTakenBackToIt() throws {
    let weights = Weights([(Self.aws, 0), (Self.azure, 100)])
    #expect(try PlanWorld.plan(.shift(weights, stages: 1)).steps[0].compensation != nil)
    var down = PlanWorld.snapshot()
    down.clouds[0].verdict = World.seen(HealthVerdict(health: .down, reasons: [], since: World.now))
    #expect(try PlanWorld.plan(.shift(weights, stages: 1), in: down).steps[0].compensation == nil)
  }

  /// Users of a dead cloud come to the one that is left, though nobody counts them any more.
  @Test func theLoadOfADeadCloudCounts() throws {
    var snapshot = PlanWorld.primaryLost()
    snapshot.clouds[0].requestsPerSecond = World.seen(150, ago: .seconds(30))
    // 150 and 100 a second, on 300 of capacity.
    let ratio = try PlanWorld.plan(.failover(to: Self.azure), in: snapshot).prediction.utilisation[1].ratio
    #expect(ratio.map { ($0 * 300).rounded() } == 250)
    snapshot.clouds[0].history.requestsPerSecond = [10, 180, nil, nil]
    let plan = try PlanWorld.plan(.failover(to: Self.azure), in: snapshot)
    #expect(plan.prediction.utilisation[1].ratio.map { ($0 * 300).rounded() } == 280)
    #expect(PlanWorld.holding(plan) == ["capacity"])
  }

  @Test func predictsByWhatWasMeasured() throws {
    var snapshot = PlanWorld.snapshot()
    let step = OperationSnapshot.Step(
      title: "promote azure", mutates: true, state: .done, startedAt: World.now, endedAt: World.now + .milliseconds(250)
    )
    snapshot.operations = [
      OperationSnapshot(
        id: OperationID("f-0"), title: "Switch over", kind: .failover, state: .done, actor: "kit",
        startedAt: World.now, steps: [step])
    ]
    let plan = try PlanWorld.plan(.switchover(to: Self.azure), in: snapshot)
    #expect(plan.steps[4].predictedSeconds == 0.25)
    #expect(plan.prediction.seconds == plan.steps.reduce(0) { $0 + $1.predictedSeconds })
  }

  /// Invariants 1 to 3, for every plan that moves the right to write.
  @Test(arguments: [
    FailoverRequest.switchover(to: azure), .failover(to: azure),
  ])
  func fenceComesBeforePromotionAndTrafficAfterTheProof(request: FailoverRequest) throws {
    for snapshot in [PlanWorld.snapshot(), PlanWorld.primaryLost()] {
      guard let plan = try? PlanWorld.plan(request, in: snapshot) else { continue }
      let words = plan.steps.map { PlanWorld.words($0.action) }
      let order = ["fence aws", "await the end", "promote azure", "verify that azure", "write"].compactMap { word in
        words.firstIndex { $0.hasPrefix(word) }
      }
      #expect(order.count >= 4)
      #expect(order == order.sorted())
      #expect(plan.steps.filter(\.isPointOfNoReturn).map(\.title) == ["promote azure"])
    }
  }
}
