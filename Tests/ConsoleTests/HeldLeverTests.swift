import CellGrid
import Operations
import Testing

@testable import Console

/// What holds a lever can be read whole, on the smallest screen too.
@Suite struct HeldLeverTests {
  static let failback = SnapshotFixture.hold(
    "no-plan",
    "aws-azure brings changes of aws, and azure is the primary, so aws does not follow it: nothing can go back there yet",
    "take aws in again first, which exports what only it has before anything is discarded: signalbox rejoin aws", .never
  )

  static let failover: [InterlockVerdict] = [
    SnapshotFixture.hold(
      "old-primary-not-fenced", "aws cannot be reached and no lease was armed: it may still take writes",
      "fence aws by hand at its cloud's console, or see that its machine is off, before azure is promoted"),
    SnapshotFixture.hold(
      "loss-above-rpo", "at most 38 s of writes would be lost, and 5 s are allowed by failover.rpo",
      "wait until the link has caught up, or accept the loss by this rule's name"),
  ]

  static let situations: [String: @Sendable (inout ConsoleModel) -> Void] = [
    "held-lever": { $0.openHeld("fail over to azure", by: failover) },
    "held-lever-no-plan": { $0.openHeld("fail back", by: [failback]) },
  ]

  @Test(arguments: situations.keys.sorted()) func everyLayoutAndThemeClass(of situation: String) throws {
    for terminal in GoldenTests.classes {
      for size in ModelFixture.sizes where terminal.name == "dark" || size == ModelFixture.sizes[0] {
        var model = ModelFixture.model(size: size, theme: ThemeFixture.theme(terminal.theme), glyphs: terminal.glyphs)
        Self.situations[situation]?(&model)
        try Golden.check(model.view(), "failover-\(situation)-\(size.width)x\(size.height)-\(terminal.name)")
      }
    }
  }

  @Test(arguments: [Size(width: 80, height: 24), Size(width: 80, height: 30), Size(width: 100, height: 24)])
  func everyWordIsThere(_ size: Size) {
    for holds in [[Self.failback], Self.failover] {
      var model = ModelFixture.model(size: size)
      model.openHeld("fail over to azure", by: holds)
      var seen = model.view().plainText()
      model.type("↓↓↓↓")
      seen += model.view().plainText()
      let words = Set(seen.split { !$0.isLetter && $0 != "-" }.map(String.init))
      for verdict in holds {
        let said = "\(verdict.name.rawValue) \(verdict.hold?.reason ?? "") \(verdict.hold?.remedy ?? "")"
        let missing = said.split { !$0.isLetter && $0 != "-" }.map(String.init).filter { !words.contains($0) }
        #expect(missing == [], "at \(size.width)×\(size.height)")
      }
    }
  }

  @Test func enterGoesOnToThePlanAndEscapeBack() {
    var model = ModelFixture.model()
    model.openHeld("fail over to azure", by: Self.failover)
    model.type("⎋")
    #expect(model.dialogs.isEmpty)
    model.type("⏎")
    guard case .held = model.dialogs.last else { return #expect(Bool(false), "it was not opened again") }
    let effects = model.type("⏎")
    #expect(effects.first == .requestPlan(.failover(.failover(to: FailoverFixture.azure)), ticket: model.ticket))
    guard case .plan = model.dialogs.last else { return #expect(Bool(false), "no plan was asked for") }
    #expect(model.dialogs.count == 1)
  }

  /// A key that repeats must not run past what it should let one read.
  @Test func aRepeatedEnterStaysThere() {
    var model = ModelFixture.model()
    model.openHeld("fail over to azure", by: Self.failover)
    guard case .held(let dialog) = model.dialogs.last else { return #expect(Bool(false), "it was not opened") }
    let effects = model.update(.key(Keystroke(.enter), at: dialog.guardedSince + .milliseconds(30)))
    #expect(effects == [])
    guard case .held = model.dialogs.last else { return #expect(Bool(false), "it was left") }
  }

  @Test func newsAreShownWhileItIsOpen() {
    var model = ModelFixture.model()
    model.openHeld("fail over to azure", by: Self.failover)
    var news = FailoverFixture.watching
    for index in news.levers.indices { news.levers[index].holds = [] }
    _ = model.update(.host(.snapshot(news)))
    #expect(model.view().plainText().contains("nothing holds it any more"))
    news.levers = []
    _ = model.update(.host(.snapshot(news)))
    #expect(model.view().plainText().contains("the lever is gone"))
    #expect(model.type("⏎") == [])
  }

  /// What this host may not execute can be read all the same.
  @Test func whereAnotherHostHoldsTheLeaseItIsReadAndNotPulled() {
    var model = ModelFixture.model()
    model.openHeld("fail over to azure", by: Self.failover) { $0.lease = FailoverFixture.leaseElsewhere.lease }
    guard case .held = model.dialogs.last else { return #expect(Bool(false), "it was not opened") }
    #expect(model.type("⏎") == [])
    guard case .held = model.dialogs.last else { return #expect(Bool(false), "it was left") }
  }

  @Test func aLeverThatIsClearIsPulledAtOnce() {
    var model = ModelFixture.model()
    model.openHeld("switch over to azure", by: [])
    guard case .plan = model.dialogs.last else { return #expect(Bool(false), "no plan was asked for") }
  }
}

extension ConsoleModel {
  /// Selects a lever that is held so, and presses Enter on it.
  mutating func openHeld(
    _ title: String, by holds: [InterlockVerdict], _ change: (inout Snapshot) -> Void = { _ in }
  ) {
    var world = FailoverFixture.watching
    for index in world.levers.indices where world.levers[index].title == title { world.levers[index].holds = holds }
    change(&world)
    snapshot = world
    focus = .levers
    leverIndex = levers.firstIndex { $0.title == title } ?? 0
    type("⏎")
  }
}
