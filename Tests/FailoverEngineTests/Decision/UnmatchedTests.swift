import Operations
import Testing

@testable import FailoverEngine

/// A cloud that was being taken in again: its link goes, and its rows are not those of the primary.
@Suite struct UnmatchedTests {
  private func rejoin(copy: OperationSnapshot.Step.State, at now: Timestamp) -> OperationSnapshot {
    var operation = OperationSnapshot(
      id: OperationID("f-9"), title: "Take azure in again", kind: .failover, state: copy == .done ? .done : .failed,
      actor: "kit", startedAt: now,
      steps: [
        .init(title: "reverse", mutates: true, state: .done, startedAt: now, isPointOfNoReturn: true),
        .init(title: "copy anew", mutates: true, state: copy, startedAt: now, isPointOfNoReturn: true),
      ])
    operation.request = .failover(.rejoin(Timeline.azure, .rebuild))
    return operation
  }

  private func timeline(copy: OperationSnapshot.Step.State) -> Timeline {
    var timeline = Timeline()
    _ = timeline.run(aws: "+", azure: "+")
    timeline.operations = [rejoin(copy: copy, at: timeline.now)]
    _ = timeline.run(aws: "+++++++++++++", azure: "+++++++++++++")
    return timeline
  }

  @Test func nothingFailsOverByItselfToTablesThatWereNotCopied() {
    var timeline = timeline(copy: .failed)
    _ = timeline.run(aws: "xxxx", azure: "++++")
    #expect(timeline.requests.isEmpty)
    #expect(timeline.condition("loss-within-rpo")?.detail.contains("its tables were not copied") == true)
  }

  @Test func onceTheyAreCopiedItDoes() {
    var timeline = timeline(copy: .done)
    _ = timeline.run(aws: "xx", azure: "++")
    #expect(timeline.requests == [.failover(to: Timeline.azure)])
  }

  @Test func aComparisonThatFindsAllEqualSaysTheSame() {
    var timeline = timeline(copy: .failed)
    timeline.link?.tables = [
      ReplicatedTable(
        name: "public.account", state: .streaming, lastVerify: VerifySummary(at: timeline.now, rowsCompared: 3))
    ]
    _ = timeline.run(aws: "+xx", azure: "+++")
    #expect(timeline.requests == [.failover(to: Timeline.azure)])
  }
}
