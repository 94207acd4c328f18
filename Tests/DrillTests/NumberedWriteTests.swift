import Testing

@testable import Lab

@Suite struct NumberedWriteTests {
  private func write(_ outcomes: NumberedWrite.Outcome...) -> (next: NumberedWrite.Step, acknowledged: Bool) {
    var write = NumberedWrite(number: 7)
    var acknowledged = false
    for outcome in outcomes { acknowledged = write.learn(outcome) }
    return (write.next, acknowledged)
  }

  @Test func itIsAcknowledgedByItsAnswer() { #expect(write(.answered(status: 201)).acknowledged) }

  @Test(arguments: [401, 404, 409, 422]) func aRefusalIsCertain(status: Int) {
    let found = write(.answered(status: status))
    #expect(found.next == .post && !found.acknowledged)
  }

  @Test func whatWasNeverSentIsSentAgain() { #expect(write(.neverSent) == (.post, false)) }

  @Test(arguments: [500, 502, 503, 504]) func afterAServersFailureItIsLookedFor(status: Int) {
    #expect(write(.answered(status: status)) == (.look, false))
  }

  @Test func aLostAnswerIsLookedForUntilALookSucceeds() {
    #expect(write(.lost) == (.look, false))
    #expect(write(.lost, .answered(status: 503)) == (.look, false))
    #expect(write(.lost, .lost) == (.look, false))
    #expect(write(.lost, .looked(found: true)).acknowledged)
    #expect(write(.lost, .looked(found: false)) == (.post, false))
    #expect(write(.lost, .looked(found: false), .answered(status: 201)).acknowledged)
  }

  @Test func titlesOfOneRunAreTheirOwn() {
    let rows = RowNumbers(run: "k3f9")
    #expect([rows.next(), rows.next()] == [1, 2])
    #expect(rows.count == 2)
    #expect(rows.title(12) == "drill k3f9 row 12")
    #expect(rows.title(12).hasPrefix(rows.titlePrefix))
  }
}
