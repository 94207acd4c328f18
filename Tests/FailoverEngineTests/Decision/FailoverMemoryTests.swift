import Foundation
import Operations
import Testing

@testable import FailoverEngine

/// What a journal tells of the time before.
@Suite struct FailoverMemoryTests {
  private let request = FailoverRequest.failover(to: Timeline.azure)
  private let ledger = [FailoverCondition(name: "quorum", isMet: true, detail: "3/3")]

  private func read(_ kinds: [(kind: JournalEntry.Kind, actor: String)]) -> FailoverMemory {
    var reader = FailoverMemory.Reader()
    for (index, item) in kinds.enumerated() {
      reader.read(
        JournalEntry(
          sequence: Int64(index + 1), at: at(index), operation: OperationID("f-1"), actor: item.actor, kind: item.kind,
          hash: "", previousHash: ""))
    }
    return reader.memory
  }

  private func at(_ second: Int) -> Timestamp { Timeline.start + .seconds(second) }

  private func started(_ request: FailoverRequest) -> JournalEntry.Kind {
    let plan = Plan(
      id: PlanID("f-1"), kind: .failover, title: "", madeAt: Timeline.start, request: .failover(request),
      generation: Generation(1), steps: [], prediction: Prediction(seconds: 0, shares: [], utilisation: []),
      interlocks: [])
    return .operationStarted(plan: plan, overridden: [])
  }

  @Test func pausesAndResumes() {
    #expect(read([(.automation(.pause), "kit")]).pausedBy == "kit")
    #expect(read([(.automation(.pause), "kit"), (.automation(.resume), "ana")]).isPaused == false)
  }

  @Test func aDeedIsAnOperationOfItsOwnThatBegan() {
    let automatic = FailoverMemory.automatic
    let memory = read([(.decided(request, ledger: ledger), automatic), (started(request), automatic)])
    #expect(memory.failover == .init(request: request, at: at(1)))
    #expect(memory.decision == ledger)
    #expect(memory.decidedAt == at(0))
    #expect(memory.shift == nil)
    // Decided, and ended by a crash before it began: it may be done yet.
    let crashed = read([(.decided(request, ledger: ledger), automatic)])
    #expect(crashed.failover == nil)
    #expect(crashed.decision.isEmpty)
    // A person's is none.
    #expect(read([(started(request), "kit@ops1")]).failover == nil)
  }

  @Test func anAcknowledgementIsOfWhatWasBefore() {
    let automatic = FailoverMemory.automatic
    let seen = read([(started(request), automatic), (.automation(.acknowledge), "kit")])
    #expect(seen.unacknowledged(at: at(2), within: .seconds(3600)).isEmpty)
    let again = read([(started(request), automatic), (.automation(.acknowledge), "kit"), (started(request), automatic)])
    #expect(again.unacknowledged(at: at(3), within: .seconds(3600)).map(\.at) == [at(2)])
    #expect(again.unacknowledged(at: at(3602), within: .seconds(3600)).isEmpty)
  }

  /// Its link goes from the moment that it was turned or woken, and its tables lack what they missed until they are
  /// copied.
  @Test(arguments: [SyncAction.reverse(LinkID("aws-azure"), source: CloudID("azure")), .resume(LinkID("aws-azure"))])
  func aCloudThatIsTakenInAgainIsUnmatchedUntilItIsCopied(moving: SyncAction) {
    let actions: [StepAction] = [.sync(moving), .sync(.baseline(LinkID("aws-azure"), tables: []))]
    let steps = actions.map { Plan.Step(title: "s", action: $0, predictedEffect: "", predictedSeconds: 0) }
    let plan = Plan(
      id: PlanID("f-1"), kind: .failover, title: "", madeAt: Timeline.start,
      request: .failover(.rejoin(Timeline.aws, .rebuild)), generation: Generation(1), steps: steps,
      prediction: Prediction(seconds: 0, shares: [], utilisation: []), interlocks: [])
    let turned: [(kind: JournalEntry.Kind, actor: String)] = [
      (.operationStarted(plan: plan, overridden: []), "kit"), (.stepIntended(index: 0, action: actions[0]), "kit"),
      (.stepDone(index: 0, detail: ""), "kit"),
    ]
    #expect(read(turned).unmatched == [Timeline.aws: at(1)])
    let failed =
      turned + [(.stepIntended(index: 1, action: actions[1]), "kit"), (.stepFailed(index: 1, reason: ""), "kit")]
    #expect(read(failed).unmatched == [Timeline.aws: at(3)])
    let copied =
      turned + [(.stepIntended(index: 1, action: actions[1]), "kit"), (.stepDone(index: 1, detail: ""), "kit")]
    #expect(read(copied).unmatched.isEmpty)
  }

  @Test func thePrimaryIsTheLastSeenOrPromoted() {
    #expect(read([(.primarySeen(Timeline.aws), "automatic")]).primary == Timeline.aws)
    let promote = StepAction.role(.promote(Timeline.azure, generation: Generation(2)))
    let intended: [(JournalEntry.Kind, String)] = [
      (.primarySeen(Timeline.aws), "automatic"), (.stepIntended(index: 0, action: promote), "kit"),
    ]
    #expect(read(intended.map { (kind: $0.0, actor: $0.1) }).primary == Timeline.aws)
    let done = intended + [(.stepDone(index: 0, detail: ""), "kit")]
    #expect(read(done.map { (kind: $0.0, actor: $0.1) }).primary == Timeline.azure)
    let failed = intended + [(.stepFailed(index: 0, reason: ""), "kit"), (.stepDone(index: 1, detail: ""), "kit")]
    #expect(read(failed.map { (kind: $0.0, actor: $0.1) }).primary == Timeline.aws)
  }

  @Test func whatIsJournalledCanBeReadAgainAndOldJournalsToo() throws {
    let kinds: [JournalEntry.Kind] = [
      .automation(.stopCountdown), .decided(request, ledger: ledger), .primarySeen(Timeline.aws),
    ]
    for kind in kinds {
      #expect(try JSONDecoder().decode(JournalEntry.Kind.self, from: JSONEncoder().encode(kind)) == kind)
    }
    let old = #"{"refused":{"title":"t","holding":["capacity"]}}"#
    #expect(
      try JSONDecoder().decode(JournalEntry.Kind.self, from: Data(old.utf8))
        == .refused(title: "t", holding: [InterlockName("capacity")]))
  }
}
