import CellGrid
import Operations
import Testing

@testable import Console

/// What the keys of failover do.
@Suite struct FailoverKeyTests {
  private func looking(at snapshot: Snapshot = FailoverFixture.watching) -> ConsoleModel {
    ModelFixture.model(snapshot)
  }

  @Test(arguments: ModelFixture.sizes) func wOpensAndClosesAndNeverHidesTheHeader(_ size: Size) {
    var model = ModelFixture.model(FailoverFixture.held, size: size)
    let before = model.view()
    model.type("w")
    let open = model.view()
    for y in 0...1 { #expect(Array(before.row(y)) == Array(open.row(y))) }
    #expect(open.plainText().contains("Why it does not fail over by itself"))
    model.type("w")
    #expect(model.view() == before)
    model.type("w⎋")
    #expect(model.view() == before)
  }

  @Test func oneViewClosesTheOther() {
    var model = looking()
    model.type("ws")
    #expect(model.failoverView == nil && model.replicationView != nil)
    model.type("w")
    #expect(model.failoverView != nil && model.replicationView == nil)
  }

  @Test func fSwitchesAPrimaryThatIsWell() {
    var model = looking()
    let wanted = LeverRequest.failover(.switchover(to: FailoverFixture.azure))
    #expect(model.type("f") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
  }

  @Test(arguments: [FailoverFixture.held, FailoverFixture.countdown, FailoverFixture.proposing])
  func fFailsOverAPrimaryThatIsDown(_ snapshot: Snapshot) {
    var model = looking(at: snapshot)
    let wanted = LeverRequest.failover(.failover(to: FailoverFixture.azure))
    #expect(model.type("f") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
    #expect(model.type("fg⏎").isEmpty, "while the host thinks nothing but Esc works")
  }

  @Test func fAsksWhichWhereBothMakeSense() {
    var model = looking(at: FailoverFixture.suspecting)
    #expect(model.type("f") == [.dropTypeAhead])
    let wanted = LeverRequest.failover(.failover(to: FailoverFixture.azure))
    #expect(model.type("j⏎") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
  }

  @Test func aChoiceIgnoresKeysThatWerePressedBeforeItWasThere() {
    var model = looking(at: FailoverFixture.suspecting)
    let asked = SnapshotFixture.now + .seconds(5000)
    _ = model.update(.key(.character("f"), at: asked))
    #expect(model.update(.key(Keystroke(.enter), at: asked + .milliseconds(100))).isEmpty)
    #expect(model.update(.key(Keystroke(.enter), at: asked + .milliseconds(400))).count == 2)
  }

  @Test func eMeansTheCardWithTheFocusAndElseAsks() {
    var model = looking(at: FailoverFixture.held)
    #expect(model.type("e") == [.dropTypeAhead])
    guard case .choice(let choice) = model.dialogs.last else { return #expect(Bool(false), "no choice was offered") }
    #expect(choice.options.first == .evacuate(FailoverFixture.aws), "the one that is down comes first")
    model.type("⎋")
    model.focus = .clouds
    model.type("→")
    let wanted = LeverRequest.failover(.evacuate(FailoverFixture.azure))
    #expect(model.type("e") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
  }

  @Test func bFailsBackAndRAsksHowToRejoin() {
    var model = looking()
    let back = LeverRequest.failover(.failback(to: FailoverFixture.azure))
    #expect(model.type("b") == [.requestPlan(back, ticket: 1), .dropTypeAhead])
    model.type("⎋")
    #expect(model.type("r") == [.dropTypeAhead])
    let rejoin = LeverRequest.failover(.rejoin(FailoverFixture.azure, .merge))
    #expect(model.type("j⏎") == [.requestPlan(rejoin, ticket: 2), .dropTypeAhead])
  }

  @Test func pPausesAtOnceAndResumesWhenAskedTwice() {
    var model = looking()
    #expect(model.type("p") == [.change(.pause, ticket: 1)])
    model.snapshot = FailoverFixture.pausedAndWell
    #expect(model.type("p") == [.dropTypeAhead])
    #expect(model.type("p⏎g").isEmpty, "the key that asked must not confirm")
    #expect(model.type("y") == [.change(.resume, ticket: 2)])
    #expect(model.dialogs.isEmpty)
  }

  @Test func pInReplicationPausesTheLink() {
    var model = ModelFixture.model()
    model.look(at: ReplicationFixture.streaming)
    model.snapshot?.failover = FailoverFixture.watching.failover
    #expect(model.type("p") == [.requestPlan(.sync(.pause(ReplicationFixture.link)), ticket: 1), .dropTypeAhead])
  }

  @Test func whatAsksToResumeSaysWhetherItWouldActAtOnce() {
    var model = looking(at: FailoverFixture.paused)
    model.type("p")
    #expect(model.view().plainText().contains("It would act when its countdown ends: failing over to azure"))
    model.snapshot = FailoverFixture.pausedAndWell
    #expect(model.view().plainText().contains("It would not act now: primary-down, aws is healthy"))
  }

  @Test func aAcknowledgesWhatItDidAndNothingElse() {
    var model = looking()
    #expect(model.type("a").isEmpty)
    #expect(model.notice?.text == "nothing that it did by itself waits to be acknowledged")
    model.snapshot = FailoverFixture.acted
    #expect(model.type("a") == [.dropTypeAhead])
    #expect(model.type("y") == [.change(.acknowledge, ticket: 1)])
  }

  @Test func keysSayWhyTheyDoNothing() {
    var model = ModelFixture.model()
    for key in "feb" {
      #expect(model.type(String(key)).isEmpty)
      #expect(model.notice?.text == "no failover is configured")
    }
    model.type("P")
    #expect(model.notice?.text == "no operation is running")
    model.snapshot = FailoverFixture.watching
    model.type("x")
    #expect(model.notice?.text == "no countdown runs")
    _ = model.update(.host(.connection(.lost(reason: "refused", since: SnapshotFixture.now))))
    #expect(model.type("f").isEmpty)
    #expect(model.notice?.text.contains("host lost") == true)
  }

  @Test func aLeverOfTheHostOpensItsPlan() {
    var model = looking(at: FailoverFixture.held)
    model.focus = .levers
    let wanted = LeverRequest.failover(.failover(to: FailoverFixture.azure))
    #expect(model.levers.first?.isHelpful == true, "what would help stands first")
    #expect(model.type("⏎") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
  }

  @Test func theKeyIsShownAtTheLeverThatItPulls() {
    for (snapshot, kind) in [
      (FailoverFixture.watching, Command.failover), (FailoverFixture.held, .failover),
    ] {
      let keyed = ModelFixture.model(snapshot).levers.filter { $0.command == kind && $0.isKeyed }
      #expect(keyed.map(\.title) == [snapshot == FailoverFixture.held ? "fail over to azure" : "switch over to azure"])
    }
  }

  @Test func thePageScrollsAndTabGoesToTheNextSection() {
    var model = ModelFixture.model(FailoverFixture.acted, size: ModelFixture.sizes[0])
    model.type("w")
    #expect(!model.view().plainText().contains("Every condition of acting by itself"))
    model.press(Keystroke(.end))
    #expect(model.view().plainText().contains("interlocks-clear"))
    model.press(Keystroke(.home))
    #expect(model.failoverView?.scroll == 0)
    model.type("⇥")
    let first = model.failoverView?.scroll ?? 0
    #expect(first > 0)
    model.press(Keystroke(.tab, shift: true))
    #expect(model.failoverView?.scroll == 0)
    for _ in 0..<9 { model.type("⇥") }
    #expect(model.failoverView?.scroll ?? 0 <= FailoverPane.scrollLimit(in: model))
    _ = model.update(.wheel(Point(x: 5, y: 8), lines: -900))
    #expect(model.failoverView?.scroll == 0)
  }
}
