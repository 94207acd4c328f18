import CellGrid
import Operations
import Testing

@testable import Console

/// Conflicts, differing rows, and what is typed as a command.
@Suite struct ReplicationPageTests {
  private func listing() -> ConsoleModel {
    var model = ModelFixture.model()
    model.look(at: ReplicationFixture.streaming)
    #expect(model.type("c") == [.readConflicts(ReplicationFixture.link, newest: 500, ticket: 1)])
    return model
  }

  private func listed() -> ConsoleModel {
    var model = listing()
    _ = model.update(.conflictsRead(ReplicationFixture.conflicts, ticket: 1, at: SnapshotFixture.now))
    return model
  }

  @Test func logThatPilesUpIsAnAlarmWhereTheSourceSetsNoLimit() {
    var link = ReplicationFixture.streaming
    link.slot?.value.safeBytes = nil
    #expect(link.slotAlarm == nil)
    link.slot?.value.retainedBytes = 11 << 30
    #expect(link.slotAlarm == .near)
    var model = ModelFixture.model()
    model.look(at: link)
    let screen = model.view().plainText()
    #expect(screen.contains("LOG PILES UP") && screen.contains("the source sets no limit"), "\(screen)")
    link.logAlarmBytes = 12 << 30
    #expect(link.slotAlarm == nil)
  }

  @Test func theSchemaOfMostTablesIsSaidOnce() {
    var link = ReplicationFixture.streaming
    link.tables.append(ReplicatedTable(name: "audit.log", state: .streaming))
    var model = ModelFixture.model()
    model.look(at: link)
    let screen = model.view().plainText()
    #expect(screen.contains("table in public") && !screen.contains("public.account"), "\(screen)")
    #expect(screen.contains(" audit.log "), "\(screen)")
  }

  @Test func aReadingThatIsAwaitedHoldsNoKey() {
    var model = listing()
    #expect(model.view().plainText().contains("asking the host for the conflicts"))
    model.type("?")
    #expect(model.dialogs.count == 1)
    model.type("⎋⎋⎋")
    #expect(model.replicationView == nil)
    _ = model.update(.conflictsRead(ReplicationFixture.conflicts, ticket: 1, at: SnapshotFixture.now))
    #expect(model.replicationView == nil, "a late answer opens nothing")
  }

  @Test func whatWasReadStaysWhileItIsReadAgainAndWhenThatFails() {
    var model = listed()
    #expect(model.type("c").count == 1)
    #expect(model.shownConflicts.count == 3)
    _ = model.update(.conflictsRead([], ticket: 1, at: SnapshotFixture.now))
    #expect(model.shownConflicts.count == 3, "an answer to an older question")
    _ = model.update(.readingFailed("disk\u{1B}[2J full", ticket: 2))
    #expect(model.shownConflicts.count == 3)
    #expect(model.view().plainText().contains("could not be read: disk"))
  }

  @Test func enterShowsBothVersionsWithTheUnlikeColumnsMarked() {
    var model = listed()
    model.type("⏎")
    let lines = model.view().plainText().split(separator: "\n")
    #expect(lines.contains { $0.contains("≠ balance") && $0.contains("1180.00") && $0.contains("1245.50") })
    #expect(lines.contains { $0.contains("owner") && !$0.contains("≠") })
    #expect(lines.contains { $0.contains("≠ note") && $0.contains("  NULL") })
  }

  @Test func theDiscardedVersionIsPutBackThroughAPlan() throws {
    var model = listed()
    let row = DiscardedRow(table: "public.account", key: "id=42", isDeletion: false)
    let wanted = LeverRequest.sync(.reapply(ReplicationFixture.link, conflict: 12, of: row))
    #expect(model.type("⏎a") == [.requestPlan(wanted, ticket: 2), .dropTypeAhead])
    model.type("⎋⎋jj⏎")
    #expect(model.type("a").isEmpty)
    #expect(try #require(model.notice).text.contains("it was put back at"))
  }

  @Test func manyColumnsScroll() throws {
    var model = listing()
    var conflict = ReplicationFixture.conflicts[0]
    conflict.columns = (0..<90).map { .init(name: "column_\($0)", kept: "a", discarded: "b") }
    _ = model.update(.conflictsRead([conflict], ticket: 1, at: SnapshotFixture.now))
    model.type("⏎")
    #expect(!model.view().plainText().contains("column_89"))
    model.press(Keystroke(.end))
    #expect(model.view().plainText().contains("column_89"))
    model.press(Keystroke(.home))
    #expect(model.view().plainText().contains("column_0 "))
  }

  @Test func textOfRowsIsDrawnAndNeverObeyed() {
    var model = listing()
    let text = SnapshotFixture.hostileText
    var conflict = ReplicationFixture.conflicts[0]
    (conflict.table, conflict.key) = (text, text)
    conflict.columns = [.init(name: text, kept: text, discarded: text + "1")]
    conflict.kept?.node = CloudID(text)
    for keys in ["", "⏎"] {
      _ = model.update(.conflictsRead([conflict], ticket: 1, at: SnapshotFixture.now))
      model.type(keys)
      for scalar in model.view().plainText().unicodeScalars {
        #expect(scalar == "\n" || !scalar.properties.isBidiControl && scalar.value >= 0x20 && scalar.value != 0x9B)
      }
    }
  }

  @Test func aLinkThatIsGoneTakesItsPagesAlong() {
    var model = listed()
    model.type("⏎")
    _ = model.update(.host(.snapshot(SnapshotFixture.allWell)))
    #expect(model.replicationPage == .tables)
    #expect(model.view().plainText().contains("No replication link is configured"))
  }

  @Test func dListsTheRowsThatDiffer() {
    var model = ModelFixture.model()
    model.look(at: ReplicationFixture.differing)
    #expect(model.type("d") == [.readDifferences(ReplicationFixture.link, limit: 500, ticket: 1)])
    let other = TableDifference(table: "public.branch", key: "id=elsewhere", kind: .missing)
    _ = model.update(
      .differencesRead(ReplicationFixture.differences + [other], ticket: 1, at: SnapshotFixture.now))
    let text = model.view().plainText()
    #expect(text.contains("missing at azure") && text.contains("id=1007") && !text.contains("id=elsewhere"))
    model.type("⎋")
    #expect(model.replicationPage == .tables)
  }

  @Test(arguments: [
    ("sync pause", SyncRequest.pause(ReplicationFixture.link)),
    ("sync resume", .resume(ReplicationFixture.link)), ("sync now", .now(ReplicationFixture.link)),
    ("sync reverse on azure-aws", .reverse(LinkID("azure-aws"))),
    ("sync verify", .verify(ReplicationFixture.link, tables: [])),
    ("sync repair public.branch", .repair(ReplicationFixture.link, tables: ["public.branch"])),
    (
      "sync baseline public.branch public.orders on azure-aws",
      .baseline(LinkID("azure-aws"), tables: ["public.branch", "public.orders"])
    ),
  ])
  func aCommandAsksForItsPlan(_ text: String, _ request: SyncRequest) {
    var model = ModelFixture.model(ReplicationFixture.snapshot(of: ReplicationFixture.both))
    #expect(model.type(":\(text)⏎") == [.requestPlan(.sync(request), ticket: 1), .dropTypeAhead])
  }

  @Test(arguments: [
    ("sync verify public.acount", "aws-azure has no table 'public.acount'; did you mean 'public.account'?"),
    ("sync pause on aws-azur", "there is no link 'aws-azur'; did you mean 'aws-azure'?"),
    ("sync now public.branch", "'sync now' takes no table"), ("sync pause on", "write one link after 'on'"),
  ])
  func aCommandThatIsWrongSaysSo(_ text: String, _ message: String) {
    var model = ModelFixture.model(ReplicationFixture.snapshot(of: ReplicationFixture.both))
    #expect(model.type(":\(text)⏎").isEmpty)
    guard case .palette(let palette) = model.dialogs.last else { return #expect(Bool(false)) }
    #expect(palette.error == message)
  }

  @Test func thePaletteOpensConflictsFromTheMainScreen() {
    var model = ModelFixture.model(ReplicationFixture.snapshot(ReplicationFixture.streaming))
    #expect(model.type(":sync conf⏎") == [.readConflicts(ReplicationFixture.link, newest: 500, ticket: 1)])
    #expect(model.replicationPage == .conflicts)
  }

  @Test func aConflictStaysUnderTheCursorWhenNewOnesAreRead() {
    var model = listed()
    model.type("c")
    var newer = ReplicationFixture.conflicts[0]
    newer.id = 13
    newer.key = "id=43"
    _ = model.update(
      .conflictsRead([newer] + ReplicationFixture.conflicts, ticket: model.ticket, at: SnapshotFixture.now))
    #expect(model.conflict?.id == 12)
    let screen = model.view().plainText()
    #expect(screen.contains("▸  12") && screen.contains("   13"), "\(screen)")
  }

  @Test(arguments: ModelFixture.sizes) func versionsThatDifferLookUnlike(_ size: Size) {
    var conflict = ReplicationFixture.conflicts[0]
    let long = String(repeating: "lorem ", count: 200)
    conflict.columns = [
      .init(name: "body", kept: long + "kept", discarded: long + "lost"),
      .init(name: "word", kept: "NULL", discarded: nil),
    ]
    conflict.discarded.committedAt = SnapshotFixture.ago(90_000)
    var model = ModelFixture.model(size: size)
    model.look(at: ReplicationFixture.streaming)
    model.type("c")
    _ = model.update(.conflictsRead([conflict], ticket: model.ticket, at: SnapshotFixture.now))
    model.type("⏎")
    let screen = model.view().plainText()
    #expect(screen.contains("kept\"") && screen.contains("lost\""), "\(screen)")
    #expect(screen.contains("\"NULL\"") && screen.contains(" NULL"), "\(screen)")
    let day = SnapshotFixture.ago(90_000).date.suffix(5)
    #expect(screen.contains("aws \(day) "), "\(screen)")
  }

  @Test(arguments: ModelFixture.sizes) func aCountThatHasReachedItsLimitSaysSo(_ size: Size) {
    var link = ReplicationFixture.streaming
    link.tables[0].conflicts = ReplicationConflict.countLimit
    link.conflicts = ReplicationConflict.countLimit + 12
    var model = ModelFixture.model(size: size)
    model.look(at: link)
    let screen = model.view().plainText()
    #expect(screen.contains(" 100k+ ") && screen.contains("100k+ conflicts"), "\(screen)")
  }

  @Test func aListThatIsShorterThanTheLogSaysSo() {
    var model = listing()
    var link = ReplicationFixture.streaming
    link.conflicts = 40
    model.snapshot = ReplicationFixture.snapshot(link)
    _ = model.update(.conflictsRead(ReplicationFixture.conflicts, ticket: 1, at: SnapshotFixture.now))
    #expect(model.view().plainText().contains("the newest 3 of 40"))
    link.conflicts = 42
    model.snapshot = ReplicationFixture.snapshot(link)
    #expect(model.view().plainText().contains("2 not in this list: c reads anew"))
  }
}
