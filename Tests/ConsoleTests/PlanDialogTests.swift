import CellGrid
import Operations
import Testing

@testable import Console

/// Invariant 4 of the console: no mutation without a plan on screen, confirmed by another key than asked.
@Suite struct PlanDialogTests {
  private func asked(to keys: String = "→→→→⏎") -> ConsoleModel {
    var model = ModelFixture.model()
    #expect(model.type(keys).contains(.dropTypeAhead))
    return model
  }

  @Test func enterOpensTheDialogAtOnceSoThatKeysFallOnIt() {
    var model = asked()
    #expect(model.dialogs.count == 1)
    #expect(model.type("→g⏎q").isEmpty, "while the host thinks nothing but Esc works")
    #expect(model.staged?.ratio == "70/30")
  }

  @Test func goExecutes() {
    var model = asked()
    model.answer(PlanFixture.plan(to: 70, 30))
    #expect(model.type("⏎").isEmpty, "the key that asked must not confirm")
    #expect(model.type("g") == [.execute(PlanID("w7"), overriding: [], ticket: 1)])
    #expect(model.type("g").isEmpty, "once is once")
    _ = model.update(.executionStarted(OperationID("w7"), ticket: 1))
    #expect(model.dialogs.isEmpty && model.staged == nil)
  }

  @Test func keysPressedWithinAQuarterSecondAreDropped() {
    var model = asked()
    let made = SnapshotFixture.now + .seconds(3600)
    _ = model.update(.planMade(PlanFixture.plan(to: 70, 30), ticket: 1, at: made))
    #expect(model.update(.key(.character("g"), at: made - .seconds(1))).isEmpty, "pressed before the plan was there")
    #expect(model.update(.key(.character("g"), at: made + .milliseconds(249))).isEmpty)
    #expect(!model.update(.key(.character("g"), at: made + .milliseconds(251))).isEmpty)
  }

  @Test func aBigShiftIsArmedByTheCloudsName() {
    var model = asked(to: "→→→→→→⏎")
    model.answer(PlanFixture.plan(to: 80, 20))
    #expect(model.type("g").isEmpty)
    model.type("⌫aws")
    #expect(model.type("g") == [.execute(PlanID("w7"), overriding: [], ticket: 1)])
  }

  @Test func theLetterThatArmsDoesNotRunOnIntoGo() {
    var model = asked()
    model.answer(PlanFixture.plan(to: 80, 20))
    model.type("aw")
    let armed = SnapshotFixture.now + .seconds(7200)
    _ = model.update(.key(.character("s"), at: armed))
    #expect(model.update(.key(.character("g"), at: armed + .milliseconds(100))).isEmpty)
    #expect(!model.update(.key(.character("g"), at: armed + .milliseconds(400))).isEmpty)
  }

  @Test func everyHoldIsOverriddenByItsName() {
    var model = asked()
    model.answer(PlanFixture.blocked)
    model.type("too-soon aws")
    #expect(model.type("g").isEmpty)
    model.type("⌫ capacity")
    #expect(
      model.type("g") == [
        .execute(PlanID("w7"), overriding: [InterlockName("too-soon"), InterlockName("capacity")], ticket: 1)
      ])
  }

  @Test func whatCannotBeOverriddenCannotGo() {
    var model = asked()
    let never = SnapshotFixture.hold("lease-held", "lee@ops2 holds the lease", "ask lee", .never)
    model.answer(PlanFixture.plan(to: 70, 30, holds: [never]))
    #expect(model.type("gg").isEmpty)
    #expect(model.view().plainText().contains("lease-held holds and cannot be overridden"))
  }

  @Test func escapeLeavesAndALateAnswerOpensNothing() {
    var model = asked()
    model.type("⎋")
    #expect(model.dialogs.isEmpty && model.staged?.ratio == "70/30")
    _ = model.update(.planMade(PlanFixture.plan(to: 70, 30), ticket: 1, at: SnapshotFixture.now))
    #expect(model.dialogs.isEmpty)
  }

  @Test func anOutdatedPlanCannotGoButCanBeAskedAgain() {
    var model = asked()
    model.answer(PlanFixture.plan(to: 70, 30))
    var moved = SnapshotFixture.allWell
    moved.generation = Generation(119)
    _ = model.update(.host(.snapshot(moved)))
    #expect(model.type("g").isEmpty)
    #expect(model.type("⏎") == [.requestPlan(model.requested, ticket: 2), .dropTypeAhead])
  }

  @Test func aLostHostHoldsEveryLever() {
    var model = ModelFixture.model()
    model.type("→")
    _ = model.update(.host(.connection(.lost(reason: "refused", since: SnapshotFixture.now))))
    #expect(model.type("⏎").isEmpty)
    #expect(model.notice?.text.contains("host lost") == true)
    #expect(model.type("→").isEmpty && model.staged?.ratio == "55/45")
  }

  @Test func aLostHostStopsAPlanOnTheScreen() {
    var model = asked()
    model.answer(PlanFixture.plan(to: 70, 30))
    _ = model.update(.host(.connection(.lost(reason: "refused", since: SnapshotFixture.now))))
    #expect(model.type("g").isEmpty)
  }

  @Test(arguments: [
    (LeaseSnapshot(holder: "lee@ops2 pid 9", heldHere: false), nil as String?),
    (LeaseSnapshot(holder: "kit@ops1", heldHere: true), "disk full"),
  ])
  func noLeaseOrNoJournalNoGo(_ lease: LeaseSnapshot, _ fault: String?) {
    var model = asked()
    model.answer(PlanFixture.plan(to: 70, 30))
    model.snapshot?.lease = lease
    model.snapshot?.journalFault = fault
    #expect(model.type("g").isEmpty)
    #expect(model.view().plainText().contains(fault ?? "lee@ops2 pid 9 holds the lease"))
  }

  @Test func aRefusalIsShownAndChangesNothing() {
    var model = asked()
    model.answer(PlanFixture.plan(to: 70, 30))
    model.type("g")
    let refusal = Refusal(holding: [SnapshotFixture.hold("too-soon", "the weights changed 1 s ago", "wait")])
    _ = model.update(.executionRefused(refusal, ticket: 1, at: SnapshotFixture.now))
    #expect(model.view().plainText().contains("too-soon: the weights changed 1 s ago"))
    #expect(model.staged?.ratio == "70/30")
  }

  @Test func aPlanLeavesHeaderAndCardsInSight() {
    for size in ModelFixture.sizes {
      var model = ModelFixture.model(size: size)
      let before = model.view()
      model.type("→→→→→→→→→→⏎")
      model.answer(PlanFixture.blocked)
      let after = model.view()
      for y in 0..<ScreenLayout(model).weights.y { #expect(Array(before.row(y)) == Array(after.row(y))) }
    }
  }

  @Test func aPasteArmsNothing() {
    var model = asked()
    model.answer(PlanFixture.plan(to: 80, 20))
    _ = model.update(.paste("aws"))
    #expect(model.type("g").isEmpty)
  }
}

extension ConsoleModel {
  fileprivate var requested: LeverRequest {
    .setWeights(staged ?? Weights([Weights.Entry]()))
  }
}
