import CellGrid
import Operations
import Testing

@testable import Console

@Suite struct DrillPageTests {
  static let pages: [String: Snapshot?] = [
    "before": DrillFixture.before, "hurting": DrillFixture.hurting, "recovered": DrillFixture.recovered,
    "asked": DrillFixture.asked, "without-users": DrillFixture.withoutUsers, "silent": DrillFixture.silent,
    "hostile": DrillFixture.hostile,
  ]

  private func check(_ name: String, _ prepare: (inout ConsoleModel) -> Void) throws {
    for terminal in GoldenTests.classes {
      for size in ModelFixture.sizes where terminal.name == "dark" || size == ModelFixture.sizes[1] {
        var model = ModelFixture.model(size: size, theme: ThemeFixture.theme(terminal.theme), glyphs: terminal.glyphs)
        prepare(&model)
        try Golden.check(model.view(), "drill-\(name)-\(size.width)x\(size.height)-\(terminal.name)")
      }
    }
  }

  @Test(arguments: pages.keys.sorted()) func thePage(of state: String) throws {
    try check(state) { model in
      model.snapshot = Self.pages[state] ?? nil
      model.type("D")
    }
  }

  @Test func theMainScreenSaysThatItIsADrill() throws {
    try check("main") { $0.snapshot = DrillFixture.hurting }
  }

  @Test func thePageOutlivesItsDrill() throws {
    try check("over") { model in
      model.snapshot = DrillFixture.recovered
      model.type("D")
      model.snapshot = FailoverFixture.acted
    }
  }

  @Test func itsKeyOpensAndClosesIt() {
    var model = ModelFixture.model(DrillFixture.hurting)
    model.type("D")
    #expect(model.isDrillOpen)
    // One page at a time.
    model.type("w")
    #expect(!model.isDrillOpen && model.failoverView != nil)
    model.type("D")
    #expect(model.isDrillOpen && model.failoverView == nil)
    model.type("s")
    #expect(!model.isDrillOpen && model.replicationView != nil)
    model.type("D")
    #expect(model.isDrillOpen && model.replicationView == nil)
    model.type("⎋")
    #expect(!model.isDrillOpen)
    model.type("D")
    #expect(model.type("q").isEmpty && !model.isDrillOpen)
  }

  @Test func withoutADrillThereIsNoPage() {
    var model = ModelFixture.model(FailoverFixture.watching)
    model.type("D")
    #expect(!model.isDrillOpen && model.notice?.text == "no drill goes on")
  }

  /// A drill is no reason for a weight to move unseen.
  @Test func nothingIsStagedBehindIt() {
    var model = ModelFixture.model(DrillFixture.hurting)
    model.type("D→→⏎")
    #expect(model.staged == nil && model.dialogs.isEmpty)
    #expect(model.notice?.text == "not here: Esc leaves the drill first")
  }

  @Test func theFaultStandsBelowItsSecond() throws {
    for size in ModelFixture.sizes {
      var model = ModelFixture.model(DrillFixture.recovered, size: size)
      model.type("D")
      let lines = model.view().plainText().split(separator: "\n")
      let time = try #require(lines.first { $0.contains("▲ begins") })
      let failed = try #require(lines.first { $0.contains("failed") && $0.contains("█") })
      let mark = try #require(Array(time).firstIndex(of: "▲"))
      // Nobody fails before it, and in its second the most do.
      #expect(Array(failed)[mark] == "█", "\(failed)\n\(time)")
      #expect(!Array(failed)[..<mark].contains("█"))
    }
  }
}
