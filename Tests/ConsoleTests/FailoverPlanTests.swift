import CellGrid
import Operations
import Testing

@testable import Console

/// Plans that move the right to write, and steering them once they run.
@Suite struct FailoverPlanTests {
  @Test func theTargetsNameArmsIt() {
    var model = ModelFixture.model()
    model.ask("f", of: FailoverFixture.proposing, FailoverFixture.failoverPlan)
    model.later(1)
    #expect(model.type("g").isEmpty)
    model.type("⌫azure")
    #expect(model.type("g") == [.execute(PlanID("f3"), overriding: [], ticket: 1)])
  }

  @Test func aHoldIsOverriddenByItsName() {
    var model = ModelFixture.model()
    model.ask("f", of: FailoverFixture.proposing, FailoverFixture.heldPlan)
    model.later(1)
    model.type("azure")
    #expect(model.type("g").isEmpty)
    model.type("⌫ old-primary-not-fenced")
    #expect(
      model.type("g") == [.execute(PlanID("f3"), overriding: [InterlockName("old-primary-not-fenced")], ticket: 1)])
  }

  @Test(arguments: [
    (FailoverRequest.evacuate(FailoverFixture.aws), "aws"), (.rejoin(FailoverFixture.aws, .rebuild), "aws"),
    (.failback(to: FailoverFixture.azure), "azure"), (.switchover(to: FailoverFixture.azure), "azure"),
  ])
  func everyKindIsArmedByItsCloud(_ request: FailoverRequest, _ word: String) {
    var plan = FailoverFixture.failoverPlan
    plan.request = .failover(request)
    let dialog = PlanDialog(
      request: plan.request, stage: .ready(plan), ticket: 1, guardedSince: SnapshotFixture.now)
    #expect(dialog.words.map(\.text) == [word])
  }

  @Test func takingAFailoverBackIsArmedByTheCloudThatGetsTheWrites() {
    var plan = FailoverFixture.failoverPlan
    plan.request = .undo(OperationID("f2"))
    let dialog = PlanDialog(request: plan.request, stage: .ready(plan), ticket: 1, guardedSince: SnapshotFixture.now)
    #expect(dialog.words.map(\.text) == ["azure"])
  }

  @Test(arguments: ModelFixture.sizes) func aLossThatIsNotKnownIsSaidToBeUnknown(_ size: Size) {
    var model = ModelFixture.model(size: size)
    model.ask("f", of: FailoverFixture.lossUnknown, FailoverFixture.unknownLoss)
    let cost = model.view().plainText().split(separator: "\n").filter { $0.contains("takes about") }
    #expect(cost.count == 1 && cost.allSatisfy { $0.contains("how much is lost is not known") })
    #expect(!cost.contains { $0.contains("no data at risk") })
  }

  @Test func eachPartOfALossMayBeUnknown() {
    var prediction = FailoverFixture.failoverPlan.prediction
    #expect(prediction.lossPiece.text == "▲ loses at most 0.4 s of writes, 12 kB, 9 rows")
    prediction.rowsLost = nil
    #expect(prediction.lossPiece.text == "▲ loses at most 0.4 s of writes, 12 kB")
    prediction.lossBytes = nil
    #expect(prediction.lossPiece.role == .unknown)
    (prediction.rowsLost, prediction.lossSeconds, prediction.lossBytes) = (0, 0, 0)
    #expect(prediction.lossPiece.text == "no data at risk")
    prediction.rowsLost = nil
    #expect(prediction.lossPiece.text != "no data at risk")
  }

  @Test func thePageNeverTakesUnknownLossForNone() {
    var model = ModelFixture.model(FailoverFixture.lossUnknown)
    model.type("w")
    #expect(model.view().plainText().contains("? not known"))
    model.snapshot = FailoverFixture.watching
    model.snapshot?.failover?.loss?.observedAt = SnapshotFixture.ago(60)
    #expect(model.view().plainText().contains("? not known  when last measured at most 0.2 s"))
  }

  @Test(arguments: ModelFixture.sizes) func aPlanLeavesHeaderAndCardsInSight(_ size: Size) {
    var model = ModelFixture.model(FailoverFixture.proposing, size: size)
    let before = model.view()
    model.ask("f", of: FailoverFixture.proposing, FailoverFixture.heldPlan)
    let after = model.view()
    for y in 0..<ScreenLayout(model).weights.y { #expect(Array(before.row(y)) == Array(after.row(y))) }
  }

  @Test(arguments: ModelFixture.sizes) func aRunningPlanIsSeenWithHeaderAndCards(_ size: Size) {
    let model = ModelFixture.model(FailoverFixture.pastReturn, size: size)
    let text = model.view().plainText()
    #expect(text.contains("verify answers") && text.contains("2 of 3 servers answer azure"))
    #expect(text.contains("past the point of no return"))
    #expect(text.contains("aws · eu-west-1") && text.contains("DNS weights"))
  }

  @Test func aPlanIsPausedResumedAndAbortedByAnotherKeyThanAsked() {
    var model = ModelFixture.model(FailoverFixture.begun)
    #expect(model.type("P") == [.dropTypeAhead])
    #expect(model.type("P").isEmpty)
    #expect(model.type("y") == [.control(OperationID("f3"), .pause, ticket: 1)])
    model.snapshot = FailoverFixture.pausedOperation
    model.type("P")
    #expect(model.type("y") == [.control(OperationID("f3"), .resume, ticket: 2)])
    model.type("A")
    #expect(model.view().plainText().contains("Taken back, in reverse: let aws-azure catch up, fence aws."))
    #expect(model.type("y") == [.control(OperationID("f3"), .abort, ticket: 3)])
  }

  @Test func pastThePointOfNoReturnNothingIsAborted() {
    var model = ModelFixture.model(FailoverFixture.pastReturn)
    #expect(model.type("A").isEmpty)
    #expect(model.notice?.text == "it is past its point of no return: promote azure")
    model.snapshot = FailoverFixture.pausedOperation
    model.type("A")
    model.snapshot = FailoverFixture.pastReturn
    #expect(model.type("y").isEmpty, "it has got there while it was asked")
    model.snapshot = FailoverFixture.failed
    #expect(model.type("y").isEmpty, "it has ended while it was asked")
  }

  @Test func oneOperationOfRolesHoldsEveryOtherLever() {
    let model = ModelFixture.model(FailoverFixture.begun)
    #expect(model.whyNoExecution(of: .weights)?.contains("an operation is running") == true)
    #expect(model.whyNoExecution(of: .replication, link: ReplicationFixture.link) != nil)
  }

  @Test func stepsThatDoNotFitMakeRoomForTheOneThatRuns() {
    let operation = FailoverFixture.pastReturn.operations[0]
    for height in 1...12 {
      let rows = OperationRows.steps(operation, now: SnapshotFixture.now, width: 76, height: height)
      let text = rows.map { $0.line.map(\.text).joined() }
      #expect(rows.count <= height)
      if height > 1 { #expect(text.contains { $0.contains("verify answers") }, "in \(height) lines") }
    }
  }

  @Test func whatTheHostAnswersIsSaid() {
    var model = ModelFixture.model(FailoverFixture.watching)
    model.type("p")
    _ = model.update(.changed(AutomationChange.pause.done, ticket: 1))
    #expect(model.notice?.text == "the automation is paused: nothing fails over without a person")
    _ = model.update(.changeFailed("no\u{1B}[2J answer", ticket: 1))
    #expect(model.notice?.kind == .refused)
    #expect(!model.view().plainText().contains("\u{1B}"))
  }
}
