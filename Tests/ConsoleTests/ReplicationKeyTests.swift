import CellGrid
import Operations
import Testing

@testable import Console

/// What keys do in the replication view.
@Suite struct ReplicationKeyTests {
  private let link = ReplicationFixture.link

  private func looking(at shown: ReplicationLinkSnapshot = ReplicationFixture.streaming) -> ConsoleModel {
    var model = ModelFixture.model()
    model.look(at: shown)
    return model
  }

  @Test(arguments: ModelFixture.sizes) func sOpensAndClosesAndNeverHidesTheHeader(_ size: Size) {
    var model = ModelFixture.model(ReplicationFixture.snapshot(ReplicationFixture.streaming), size: size)
    let before = model.view()
    model.type("s")
    let open = model.view()
    for y in 0...1 { #expect(Array(before.row(y)) == Array(open.row(y))) }
    #expect(open.plainText().contains("account_entry"))
    model.type("s")
    #expect(model.view() == before)
    model.type("s⎋")
    #expect(model.view() == before)
  }

  @Test(arguments: [
    ("p", SyncRequest.pause(ReplicationFixture.link)),
    ("v", .verify(ReplicationFixture.link, tables: ["public.account"])),
    ("jv", .verify(ReplicationFixture.link, tables: ["public.account_entry"])),
    ("V", .verify(ReplicationFixture.link, tables: [])),
    ("B", .baseline(ReplicationFixture.link, tables: ["public.account"])),
    ("n", .now(ReplicationFixture.link)), ("R", .reverse(ReplicationFixture.link)),
  ])
  func everyLeverAsksForAPlanAndMovesNothing(_ keys: String, _ request: SyncRequest) {
    var model = looking()
    #expect(model.type(keys) == [.requestPlan(.sync(request), ticket: 1), .dropTypeAhead])
    #expect(model.type(keys + "g⏎").isEmpty, "while the host thinks nothing but Esc works")
  }

  @Test func theKeyThatConfirmsIsNotTheOneThatAsked() {
    var model = looking()
    model.type("v")
    var plan = ReplicationFixture.plan
    plan.steps = [plan.steps[1]]
    model.answer(plan)
    #expect(model.type("vvVBp").isEmpty)
    #expect(model.type("g") == [.execute(PlanID("r3"), overriding: [], ticket: 1)])
    _ = model.update(.executionStarted(OperationID("r3"), ticket: 1))
    #expect(model.dialogs.isEmpty && model.replicationView != nil)
  }

  @Test func whatCannotBeTakenBackIsArmedByTheLinksName() {
    var model = looking()
    model.type("B")
    model.answer(ReplicationFixture.plan)
    #expect(model.type("g").isEmpty)
    model.type("⌫aws-azure")
    #expect(model.type("g") == [.execute(PlanID("r3"), overriding: [], ticket: 1)])
  }

  @Test func pResumesWhatIsPaused() {
    var model = looking(at: ReplicationFixture.paused)
    #expect(model.type("p") == [.requestPlan(.sync(.resume(link)), ticket: 1), .dropTypeAhead])
    #expect(model.view().plainText().contains("Resume replication aws-azure"))
  }

  @Test func rRepairsWhatDiffers() {
    var model = looking(at: ReplicationFixture.differing)
    let wanted = LeverRequest.sync(.repair(link, tables: ["public.account"]))
    #expect(model.type("r") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
  }

  @Test(arguments: [
    ("r", "the last verify found no difference in public.account"),
    ("d", "the last verify found no difference in public.account"), ("/", "Esc leaves replication first"),
    ("⇥", "there is no other link"), ("+", "Esc leaves replication first"),
  ])
  func aKeyThatDoesNothingSaysWhy(_ key: String, _ reason: String) throws {
    var model = looking()
    #expect(model.type(key).isEmpty)
    #expect(try #require(model.notice).text.contains(reason))
    model.type("?")
    #expect(model.dialogs.count == 1)
  }

  @Test func aTableThatIsSetAsideIsNotCompared() throws {
    var model = looking(at: ReplicationFixture.parked)
    #expect(model.type("v").isEmpty)
    #expect(try #require(model.notice).text == "public.customer is parked: there is nothing to compare yet")
    #expect(model.type("jB").isEmpty)
    #expect(try #require(model.notice).text == "public.session is refused: ⏎ says why")
  }

  @Test func theLettersOfReplicationMeanNothingOnTheMainScreen() {
    var model = ModelFixture.model(ReplicationFixture.snapshot(ReplicationFixture.streaming))
    #expect(model.type("vVBnRcd").isEmpty)
    #expect(model.dialogs.isEmpty && model.replicationView == nil && model.notice == nil)
  }

  @Test func aLostHostHoldsEveryLeverOfReplication() throws {
    var model = looking()
    _ = model.update(.host(.connection(.lost(reason: "refused", since: SnapshotFixture.now))))
    #expect(model.type("pvVBnRc").isEmpty)
    #expect(try #require(model.notice).text.contains("host lost"))
  }

  @Test func aLinkIsWorkedOnByOneAtATimeAndKeepsNobodyFromShiftingTraffic() throws {
    var model = ModelFixture.model(ReplicationFixture.working)
    #expect(model.levers.allSatisfy { $0.disabled == nil })
    model.type("sB")
    model.answer(ReplicationFixture.plan)
    guard case .plan(let dialog) = model.dialogs.last else { return #expect(Bool(false)) }
    #expect(try #require(model.whyNotGo(dialog)).contains("Verify all tables on aws-azure"))
  }

  @Test func tabGoesAroundTheLinks() {
    var model = ModelFixture.model(ReplicationFixture.snapshot(of: ReplicationFixture.both))
    model.type("s⇥")
    #expect(model.link?.id == LinkID("azure-aws"))
    model.type("⇥")
    #expect(model.link?.id == link)
  }

  @Test func theCursorStaysWithItsTable() {
    var model = looking()
    model.type("jjj")
    #expect(model.table?.name == "public.currency")
    _ = model.update(.host(.snapshot(ReplicationFixture.snapshot(ReplicationFixture.parked))))
    #expect(model.table?.name == "public.currency")
    model.press(Keystroke(.end))
    #expect(model.table?.name == "public.session" || model.table?.name == "public.orders")
  }

  @Test func aClickChoosesATableAndAWheelWalks() throws {
    var model = looking()
    let lines = model.view().plainText().split(separator: "\n", omittingEmptySubsequences: false)
    let y = try #require(lines.firstIndex { $0.contains("  document  ") })
    _ = model.update(.click(Point(x: 10, y: y), at: SnapshotFixture.now))
    #expect(model.table?.name == "public.document")
    _ = model.update(.wheel(Point(x: 10, y: y), lines: 3))
    #expect(model.table?.name == "public.orders")
  }

  @Test func aClickOnTheSummaryOpensTheView() throws {
    var model = ModelFixture.model(ReplicationFixture.snapshot(ReplicationFixture.streaming))
    let lines = model.view().plainText().split(separator: "\n", omittingEmptySubsequences: false)
    let y = try #require(lines.firstIndex { $0.contains("Replication") })
    _ = model.update(.click(Point(x: 10, y: y + 1), at: SnapshotFixture.now))
    #expect(model.replicationView != nil)
  }

  @Test func withoutALinkItSaysHowToConfigureOne() {
    var model = ModelFixture.model()
    #expect(model.type("spvcn").isEmpty)
    #expect(model.notice?.text == "no replication link is configured")
    #expect(model.view().plainText().contains("mode: stream"))
  }

  @Test func aTableStaysUnderTheCursorWhenAnotherComesToStandFirst() {
    var model = looking()
    var parked = ReplicationFixture.streaming
    parked.tables[4].state = .parked
    _ = model.update(.host(.snapshot(ReplicationFixture.snapshot(parked))))
    #expect(model.shownTables.first?.name == "public.customer")
    #expect(model.table?.name == "public.account")
    let wanted = LeverRequest.sync(.verify(link, tables: ["public.account"]))
    #expect(model.type("v") == [.requestPlan(wanted, ticket: 1), .dropTypeAhead])
  }

  @Test func aLinkStaysInSightWhenAnotherComesToStandFirst() {
    var model = looking()
    var links = ReplicationFixture.both
    links.reverse()
    _ = model.update(.host(.snapshot(ReplicationFixture.snapshot(of: links))))
    #expect(model.link?.id == link)
  }

  @Test func aTableThatComesLaterIsHeldFromThenOn() {
    var empty = ReplicationFixture.streaming
    empty.tables = []
    var model = looking(at: empty)
    _ = model.update(.host(.snapshot(ReplicationFixture.snapshot(ReplicationFixture.streaming))))
    #expect(model.replicationView?.table == "public.account")
  }

  @Test(arguments: ModelFixture.sizes) func namesThatEndDifferentlyCanBeToldApart(_ size: Size) {
    var shown = ReplicationFixture.streaming
    shown.tables = ["2024", "2025"].map { year in
      ReplicatedTable(name: "public.customer_orders_of_all_branches_and_regions_\(year)", state: .streaming)
    }
    var model = ModelFixture.model(size: size)
    model.look(at: shown)
    let screen = model.view().plainText()
    #expect(screen.contains("_2024 ") && screen.contains("_2025 "), "\(screen)")
  }
}
