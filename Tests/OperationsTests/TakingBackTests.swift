@testable import Operations
import Testing

@Suite struct TakingBackTests {
  private func play(_ script: Rehearsal.Script) -> (ended: OperationSnapshot?, rehearsal: Rehearsal) {
    var rehearsal = Rehearsal(Samples.move(), script)
    return (rehearsal.run(), rehearsal)
  }

  @Test func aFailedStepIsFollowedByTheWayBackInReverse() throws {
    let (ended, rehearsal) = play(.init(failures: ["drain aws-azure": false]))
    #expect(rehearsal.effects == ["fence aws", "pause aws-azure", "resume aws-azure", "promote aws"])
    #expect(ended?.state == .failed)
    #expect(
      ended?.steps.map(\.state) == [.compensated, .compensated, .failed, .skipped, .skipped, .skipped])
    #expect(ended?.failure == "no answer; taken back: “fence aws”, “pause aws-azure”")
  }

  @Test func theIntentOfTheWayBackIsDurableBeforeIt() {
    let (_, rehearsal) = play(.init(failures: ["drain aws-azure": true]))
    let kinds = rehearsal.entries.suffix(6).map(\.kind)
    #expect(
      kinds == [
        .stepRefused(index: 2, reason: "refused"),
        .compensationIntended(index: 1, action: .sync(.resume(LinkID("aws-azure")))),
        .compensationDone(index: 1, detail: "ok"),
        .compensationIntended(index: 0, action: .role(.promote(CloudID("aws"), generation: Generation(2)))),
        .compensationDone(index: 0, detail: "ok"),
        .operationEnded(state: .failed, failure: "refused; taken back: “fence aws”, “pause aws-azure”"),
      ])
  }

  @Test func whatMayHaveHappenedIsTakenBackAndWhatCertainlyDidNotIsNot() {
    let doubtful = play(.init(failures: ["pause aws-azure": false])).rehearsal
    #expect(doubtful.effects.suffix(2) == ["resume aws-azure", "promote aws"])
    let refused = play(.init(failures: ["pause aws-azure": true])).rehearsal
    #expect(refused.effects == ["fence aws", "promote aws"])
  }

  /// Two primaries would be worse than none: where it is not known whether the new one was made, nothing is undone.
  @Test func pastThePointOfNoReturnNothingIsTakenBack() {
    let (ended, rehearsal) = play(.init(failures: ["promote azure": false]))
    #expect(!rehearsal.effects.contains("promote aws"))
    #expect(ended?.state == .failed)
    #expect(
      ended?.failure == "no answer; standing: “fence aws”, “pause aws-azure”, “promote azure” as far as it got")
    let later = play(.init(failures: ["write 0/100": true]))
    #expect(!later.rehearsal.effects.contains("promote aws"))
    #expect(later.ended?.failure?.hasSuffix("“verify that azure takes writes”") == true)
  }

  @Test func aPointOfNoReturnThatCertainlyWasNotReachedStillLeadsBack() {
    let (ended, rehearsal) = play(.init(failures: ["promote azure": true]))
    #expect(rehearsal.effects.last == "promote aws")
    #expect(ended?.steps.map(\.state).prefix(4) == [.compensated, .compensated, .done, .failed])
  }

  @Test func aStumbleOnTheWayBackIsTriedAgain() {
    let (ended, rehearsal) = play(.init(failures: ["drain aws-azure": true], stumbles: ["resume aws-azure": 3]))
    #expect(rehearsal.effects.last == "promote aws")
    #expect(rehearsal.waits == [.seconds(1), .seconds(2), .seconds(4)])
    #expect(ended?.failure == "refused; taken back: “fence aws”, “pause aws-azure”")
  }

  @Test func aWayBackThatIsBarredEndsTheOperationAndSaysWhatStands() {
    let (ended, rehearsal) = play(.init(failures: ["drain aws-azure": true, "resume aws-azure": false]))
    #expect(rehearsal.told["resume aws-azure"] == OperationMachine.compensationAttempts)
    #expect(!rehearsal.effects.contains("promote aws"))
    #expect(ended?.state == .failed)
    #expect(ended?.steps.map(\.state).prefix(3) == [.done, .failed, .failed])
    #expect(
      ended?.failure
        == "refused; “pause aws-azure” was not taken back: no answer; standing: “fence aws”, “pause aws-azure”")
  }

  @Test func anAbortTakesBackWhatWasDoneAndIsNoFailure() {
    let (ended, rehearsal) = play(.init(abortsAt: 1))
    #expect(rehearsal.effects == ["fence aws", "pause aws-azure", "resume aws-azure", "promote aws"])
    #expect(ended?.state == .aborted)
    #expect(ended?.failure == "aborted by ana@ops2; taken back: “fence aws”, “pause aws-azure”")
  }

  @Test func anAbortAtOrPastThePointOfNoReturnIsRefused() {
    for index in 3...5 {
      let (ended, rehearsal) = play(.init(abortsAt: index))
      #expect(ended?.state == .done)
      #expect(!rehearsal.entries.contains { $0.kind == .controlled(.abort) })
    }
  }

  @Test func anAbortMayStillFailOnItsWayBack() {
    let (ended, _) = play(.init(failures: ["resume aws-azure": false], abortsAt: 1))
    #expect(ended?.state == .failed)
    #expect(ended?.failure?.contains("standing: “fence aws”, “pause aws-azure”") == true)
  }
}
