import CellGrid
import Operations
import Testing

@testable import Console

/// What every key does.
@Suite struct KeyTests {
  @Test func tabGoesAroundThePanesAndShiftTabBack() {
    var model = ModelFixture.model()
    #expect(model.focus == .weights)
    model.type("⇥")
    #expect(model.focus == .levers)
    model.type("⇥⇥")
    #expect(model.focus == .clouds)
    model.press(Keystroke(.tab, shift: true))
    #expect(model.focus == .events)
  }

  @Test(arguments: ["→", "l", "+", "="]) func stagesFiveMore(_ key: Character) {
    var model = ModelFixture.model()
    model.type(String(key))
    #expect(model.staged?.ratio == "55/45")
  }

  @Test(arguments: ["←", "h", "-"]) func stagesFiveLess(_ key: Character) {
    var model = ModelFixture.model()
    model.type(String(key))
    #expect(model.staged?.ratio == "45/55")
  }

  @Test(arguments: [Keystroke(.right, shift: true), .character("L"), .character(">")])
  func stagesOneMore(_ key: Keystroke) {
    var model = ModelFixture.model()
    model.press(key)
    #expect(model.staged?.ratio == "51/49")
  }

  @Test(arguments: [Keystroke(.left, shift: true), .character("H"), .character("<"), .character("_")])
  func stagesOneLess(_ key: Keystroke) {
    var model = ModelFixture.model()
    model.press(key)
    #expect(model.staged?.ratio == "49/51")
  }

  @Test func downChoosesTheOtherCloudAndItsKnobMoves() {
    var model = ModelFixture.model()
    model.type("j→")
    #expect(model.staged?.ratio == "45/55")
    model.type("k→")
    #expect(model.staged == nil, "back where it stands is nothing staged")
  }

  @Test func aKnobAtItsEndSaysSo() {
    var model = ModelFixture.model()
    model.type(String(repeating: "→", count: 10))
    #expect(model.staged?.ratio == "100/0")
    model.type("→")
    #expect(model.staged?.ratio == "100/0")
    #expect(model.notice?.kind == .refused)
  }

  @Test func arrowsAmongTheCloudsChooseACard() {
    var model = ModelFixture.model()
    model.focus = .clouds
    model.type("→")
    #expect(model.cloud == SnapshotFixture.azure)
    #expect(model.staged == nil)
    model.type("→←")
    #expect(model.cloud == SnapshotFixture.aws)
  }

  @Test func theCursorWalksTheEvents() {
    var model = ModelFixture.model()
    model.focus = .events
    model.type("↓↓")
    #expect(model.chosenEvent == 7)
    model.press(Keystroke(.pageDown))
    #expect(model.chosenEvent == 1)
    model.press(Keystroke(.home))
    #expect(model.chosenEvent == nil)
    model.press(Keystroke(.end))
    #expect(model.chosenEvent == 1)
    model.press(Keystroke(.pageUp))
    #expect(model.chosenEvent == nil)
  }

  @Test func theNewestEventStaysUnderACursorAtTheTop() {
    var model = ModelFixture.model()
    model.focus = .events
    _ = model.update(.host(.snapshot(SnapshotFixture.azureDown)))
    model.type("⏎")
    guard case .event(let event) = model.dialogs.last else { return #expect(Bool(false), "no event was opened") }
    #expect(event.id == 10)
  }

  @Test func slashFiltersEventsAsOneTypes() {
    var model = ModelFixture.model()
    model.type("/azure lag⌫⌫⌫⌫")
    #expect(model.shownEvents.map(\.id) == [7, 6, 5, 4, 3])
    model.type("⏎")
    #expect(!model.filter.isEditing && model.filter.text == "azure")
    model.type("⎋")
    #expect(model.shownEvents.count == 9)
  }

  @Test func lettersInTheFilterPullNoLever() {
    var model = ModelFixture.model()
    #expect(model.type("/quTg+").isEmpty)
    #expect(model.filter.text == "quTg+" && model.dialogs.isEmpty && model.staged == nil)
  }

  @Test func undoAsksForAPlanOfTheLastOperation() {
    var model = ModelFixture.model()
    #expect(model.type("u") == [.requestPlan(.undo(OperationID("w1")), ticket: 1), .dropTypeAhead])
  }

  @Test func undoSaysWhyItCannot() {
    var snapshot = SnapshotFixture.allWell
    snapshot.operations = []
    var model = ModelFixture.model(snapshot)
    #expect(model.type("u").isEmpty)
    #expect(model.notice?.text == "no finished operation can be taken back")
  }

  @Test func enterWithNothingStagedSaysWhatToDo() {
    var model = ModelFixture.model()
    #expect(model.type("⏎").isEmpty)
    #expect(model.notice?.text.contains("nothing is staged") == true)
  }

  @Test func escapeDropsWhatIsStaged() {
    var model = ModelFixture.model()
    model.type("→→⎋")
    #expect(model.staged == nil)
  }

  @Test func questionMarkOpensHelpWhichScrollsAndCloses() {
    var model = ModelFixture.model(size: Size(width: 80, height: 24))
    model.type("?↓↓")
    #expect(model.dialogs == [.help(scroll: 2)])
    model.press(Keystroke(.end))
    guard case .help(let end) = model.dialogs.last else { return #expect(Bool(false)) }
    model.type("↓")
    #expect(model.dialogs == [.help(scroll: end)])
    model.type("?")
    #expect(model.dialogs.isEmpty)
  }

  @Test func themesShowThemselvesAndEscapeRestores() {
    var model = ModelFixture.model()
    model.type("TT")
    #expect(model.theme.name == "dusk")
    model.type("⎋")
    #expect(model.theme.name == "dark")
    model.type("T↑")
    #expect(model.update(.key(.init(.enter), at: model.now)) == [.keepTheme("ansi-16")])
    #expect(model.theme.name == "ansi-16" && model.dialogs.isEmpty)
  }

  @Test func controlKeysWorkWhateverIsOpen() {
    var model = ModelFixture.model()
    model.type("?")
    #expect(model.press(.control("l")) == [.redraw])
    #expect(model.press(.control("z")) == [.suspend])
  }

  @Test func quitAsksOnlyWhileAnOperationRunsHere() {
    var model = ModelFixture.model(SnapshotFixture.running)
    #expect(model.type("q") == [.quit], "the host goes on without an attached console")
    model.connection = .local
    #expect(model.type("q") == [.dropTypeAhead])
    #expect(model.type("q").isEmpty, "the key that asked must not confirm")
    #expect(model.type("y") == [.quit])
  }

  @Test func controlCLeavesADialogFirst() {
    var model = ModelFixture.model()
    model.type("?")
    #expect(model.press(.control("c")).isEmpty)
    #expect(model.dialogs.isEmpty)
    #expect(model.press(.control("c")) == [.quit])
  }

  @Test func onATinyScreenOnlyQuitMeansAnything() {
    var model = ModelFixture.model(size: Size(width: 20, height: 5))
    #expect(model.type("→⏎u:").isEmpty)
    #expect(model.staged == nil && model.dialogs.isEmpty)
    #expect(model.type("q") == [.quit])
  }

  @Test func clicksFocusWhatIsUnderThem() {
    var model = ModelFixture.model()
    _ = model.update(.click(Point(x: 70, y: 5), at: SnapshotFixture.now))
    #expect(model.focus == .clouds && model.cloud == SnapshotFixture.azure)
    _ = model.update(.click(Point(x: 10, y: 15), at: SnapshotFixture.now))
    #expect(model.focus == .weights && model.cloud == SnapshotFixture.aws)
    _ = model.update(.click(Point(x: 60, y: 21), at: SnapshotFixture.now))
    #expect(model.focus == .events && model.chosenEvent == 7)
    _ = model.update(.click(Point(x: 10, y: 19), at: SnapshotFixture.now))
    #expect(model.focus == .levers)
    _ = model.update(.wheel(Point(x: 60, y: 21), lines: 3))
    #expect(model.chosenEvent == 4)
  }

  @Test func aPasteIsOnlyText() {
    var model = ModelFixture.model()
    _ = model.update(.paste("q"))
    #expect(model.dialogs.isEmpty && model.filter.text.isEmpty)
    model.type("/")
    _ = model.update(.paste("az\u{1B}ure\nq"))
    #expect(model.filter.text == "azure")
  }

  @Test func everyBoundKeyIsBoundOnce() {
    for elsewhere in [Binding.Place.inReplication, .outsideReplication] {
      let keys = Keymap.bindings.filter { $0.place != elsewhere }.flatMap(\.keys)
      #expect(Set(keys).count == keys.count)
    }
    #expect(Set(Keymap.bindings.map(\.command)) == Set(Command.allCases))
  }

  @Test func helpNamesEveryKeyAndWhyItDoesNothing() {
    var model = ModelFixture.model(nil, size: Size(width: 200, height: 130))
    model.type("?")
    let text = model.view().plainText()
    for binding in Keymap.bindings { #expect(text.contains(binding.keyLabel(.unicode))) }
    #expect(text.contains("nothing has been heard from the host yet"))
  }
}
