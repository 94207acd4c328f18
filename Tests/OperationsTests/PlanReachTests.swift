import Foundation
import Operations
import Testing

@Suite struct PlanReachTests {
  private func plan(_ kind: Plan.Kind, _ request: LeverRequest) -> Plan {
    Plan(
      id: PlanID("p"), kind: kind, title: "plan", madeAt: Samples.start, request: request, generation: Generation(1),
      steps: [], prediction: Prediction(seconds: 0, shares: [], utilisation: []), interlocks: [])
  }

  private func running(_ plan: Plan, done: Bool = false) -> OperationSnapshot {
    OperationSnapshot(
      id: OperationID("o"), title: plan.title, kind: plan.kind, state: .running, actor: "kit", startedAt: Samples.start,
      steps: [.init(title: "write", mutates: true, state: done ? .done : .running)], link: plan.link,
      request: plan.request)
  }

  private var weights: Plan { plan(.weights, .setWeights(Weights([(CloudID("aws"), 1)]))) }
  private var evacuation: Plan { plan(.failover, .failover(.evacuate(CloudID("aws")))) }
  private var failover: Plan { plan(.failover, .failover(.failover(to: CloudID("azure")))) }
  private func copy(_ link: String) -> Plan { plan(.replication, .sync(.baseline(LinkID(link), tables: []))) }

  @Test func aMoveOfTheRoleRivalsEverything() {
    for other in [weights, evacuation, copy("a-b"), failover] {
      #expect(running(other).rivals(failover))
      #expect(running(failover).rivals(other))
    }
  }

  @Test func trafficRivalsTrafficAndLeavesCopiesAlone() {
    #expect(running(weights).rivals(evacuation))
    #expect(running(evacuation).rivals(weights))
    #expect(!running(copy("a-b")).rivals(evacuation))
    #expect(!running(evacuation).rivals(copy("a-b")))
    #expect(!running(copy("a-b")).rivals(copy("b-a")))
    #expect(running(copy("a-b")).rivals(copy("a-b")))
  }

  @Test func whatOnlyWatchesRivalsNothing() { #expect(!running(weights, done: true).rivals(failover)) }

  /// What is not known is not the same as nothing, in a journal either; an old journal's plans lost nothing.
  @Test func aLossThatIsNotKnownSurvivesTheJournal() throws {
    let unknown = Prediction(
      seconds: 1, shares: [], utilisation: [], rowsLost: nil, lossSeconds: nil, lossBytes: nil)
    let again = try JSONDecoder().decode(Prediction.self, from: JSONEncoder().encode(unknown))
    #expect(again == unknown)
    #expect(again.lossIsUnknown)
    let old = #"{"seconds":1,"shares":[],"utilisation":[],"rowsLost":0}"#
    #expect(try JSONDecoder().decode(Prediction.self, from: Data(old.utf8)).losesNothing)
  }

  @Test func entriesOfAnOldJournalAreStillRead() throws {
    let old = #"{"stepFailed":{"index":1,"reason":"no answer"}}"#
    #expect(
      try JSONDecoder().decode(JournalEntry.Kind.self, from: Data(old.utf8))
        == .stepFailed(index: 1, reason: "no answer"))
    for kind in [
      JournalEntry.Kind.stepRefused(index: 0, reason: "r"), .controlled(.abort),
      .compensationIntended(index: 0, action: .role(.assumeFenced(CloudID("aws")))),
      .compensationDone(index: 0, detail: "d"), .compensationFailed(index: 0, reason: "r"),
    ] {
      #expect(try JSONDecoder().decode(JournalEntry.Kind.self, from: JSONEncoder().encode(kind)) == kind)
    }
  }
}
