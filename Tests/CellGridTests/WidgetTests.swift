import Testing

@testable import CellGrid

@Suite struct WidgetTests {
  private func picture(_ width: Int, _ height: Int = 1, _ draw: (inout CellGrid, Rect) -> Void) -> String {
    var grid = CellGrid(size: Size(width: width, height: height))
    draw(&grid, grid.bounds)
    return grid.plainText(trimmingTrailingSpaces: false)
  }

  @Test func sparklineShowsNewestRightAndGaps() {
    let line = Sparkline([9, 0, 4, nil, 8], scale: .fixed(0...8))
    #expect(picture(4) { line.draw(into: &$0, in: $1, style: .plain, glyphs: .unicode) } == "▁▄ █")
    #expect(picture(6) { line.draw(into: &$0, in: $1, style: .plain, glyphs: .unicode) } == " █▁▄ █")
    #expect(picture(5) { line.draw(into: &$0, in: $1, style: .plain, glyphs: .ascii) } == "#_- #")
  }

  @Test func tallSparklineStacks() {
    let line = Sparkline([4, 8, 16], scale: .fixed(0...16))
    #expect(picture(3, 2) { line.draw(into: &$0, in: $1, style: .plain, glyphs: .unicode) } == "  █\n▄██")
  }

  @Test func sparklineMarksWhatIsAboveTheThreshold() {
    var grid = CellGrid(size: Size(width: 2, height: 1))
    let alarm = Style(foreground: .ansi(1))
    Sparkline([1, 9], scale: .automatic(minimumTop: 1), emphasis: (5, alarm))
      .draw(into: &grid, in: grid.bounds, style: .plain, glyphs: .unicode)
    #expect(grid[0, 0].style == .plain)
    #expect(grid[1, 0].style == alarm)
  }

  @Test(arguments: [(0.3, 0.5), (1, 1), (1.1, 2), (48, 50), (51, 100), (1000, 1000), (0, 1)])
  func automaticTopIsRound(value: Double, top: Double) {
    #expect((Sparkline.roundedUp(value) - top).magnitude < 1e-9)
  }

  @Test func gaugeFillsInEighths() {
    func gauge(_ share: Double?, _ glyphs: GlyphSet = .unicode) -> String {
      picture(4) { Gauge(share: share).draw(into: &$0, in: $1, style: .plain, emptyStyle: .plain, glyphs: glyphs) }
    }
    #expect(gauge(0) == "    ")
    #expect(gauge(0.5) == "██  ")
    #expect(gauge(0.53125) == "██▏ ")
    #expect(gauge(7) == "████")
    #expect(gauge(nil) == "    ")
    #expect(gauge(0.5, .ascii) == "##..")
  }

  @Test func faderStandsWhereItsValueIs() {
    func fader(_ value: Double?, mark: Double? = nil) -> String {
      picture(11) {
        Fader(value: value, maximum: 100, mark: mark).draw(
          into: &$0, in: $1, style: .plain, trackStyle: .plain, markStyle: .plain, glyphs: .unicode)
      }
    }
    #expect(fader(0) == "●──────────")
    #expect(fader(50) == "━━━━━●─────")
    #expect(fader(100) == "━━━━━━━━━━●")
    #expect(fader(50, mark: 80) == "━━━━━●──○──")
    #expect(fader(nil) == "───────────")
    let area = Rect(x: 5, y: 0, width: 11, height: 1)
    #expect(Fader(value: 0, maximum: 100).value(at: 10, in: area) == 50)
    #expect(Fader(value: 0, maximum: 100).value(at: 16, in: area) == nil)
  }

  @Test func tableAlignsAndCuts() {
    let table = Table(
      columns: [.init("name", width: .flexible()), .init("lag", width: .fixed(6), alignment: .trailing)],
      rows: [
        [Span("first", .plain), Span("12 ms", .plain)], [Span("second-long", .plain), Span("1 s", .plain)],
        [Span("third", .plain)],
      ], selection: 1)
    var grid = CellGrid(size: Size(width: 16, height: 3))
    #expect(table.draw(into: &grid, in: grid.bounds, headerStyle: .plain, glyphs: .unicode) == 2)
    #expect(grid.plainText() == "name         lag\nfirst      12 ms\nsecond-…     1 s")
    #expect(grid[15, 2].style.attributes == .reverse && grid[0, 1].style.attributes == [])
  }

  @Test func tableWindowFollowsTheSelection() {
    #expect(Table.window(first: 0, selection: 4, height: 3, total: 10) == 2)
    #expect(Table.window(first: 5, selection: 2, height: 3, total: 10) == 2)
    #expect(Table.window(first: 2, selection: 3, height: 3, total: 10) == 2)
    #expect(Table.window(first: 9, selection: 9, height: 3, total: 10) == 7)
    #expect(Table.window(first: 4, selection: 0, height: 20, total: 10) == 0)
  }

  @Test func boxCarriesTitles() {
    let box = TitledBox(title: [Span("aws · eu", .plain)], trailing: [Span("● OK", .plain)])
    #expect(
      picture(24, 2) { box.draw(into: &$0, in: $1, style: .plain, glyphs: .unicode) }
        == "╭─ aws · eu ──── ● OK ─╮\n╰──────────────────────╯")
    #expect(
      picture(18, 2) { box.draw(into: &$0, in: $1, style: .plain, glyphs: .unicode) }
        == "╭─ aws … ─ ● OK ─╮\n╰────────────────╯")
    #expect(picture(3, 2) { box.draw(into: &$0, in: $1, style: .plain, glyphs: .unicode) } == "╭─╮\n╰─╯")
  }

  @Test func scrollThumbTouchesTheEndsOnlyThere() {
    func thumb(_ first: Int) -> Range<Int>? { ScrollIndicator(first: first, visible: 10, total: 100).thumb(in: 10) }
    #expect(thumb(0) == 0..<1)
    #expect(thumb(1) == 1..<2)
    #expect(thumb(89) == 8..<9)
    #expect(thumb(90) == 9..<10)
    #expect(ScrollIndicator(first: 0, visible: 10, total: 10).thumb(in: 10) == nil)
  }

  @Test func spansEndInAnEllipsisWhenCut() {
    func line(_ width: Int, _ room: Int) -> String {
      picture(width) { grid, _ in
        _ = grid.write(
          [Span("abc", .plain), Span("世界", .plain)], at: .zero, maxWidth: room, ellipsis: "…")
      }
    }
    #expect(line(8, 7) == "abc世界 ")
    #expect(line(8, 6) == "abc世…  ")
    #expect(line(8, 5) == "abc …   ")
    #expect(line(8, 3) == "ab…     ")
    #expect(line(8, 0) == "        ")
  }

  @Test func glyphsAreOneColumnWide() {
    for set in [GlyphSet.unicode, .linuxConsole, .ascii] {
      for glyph in set.all { #expect(DisplayWidth.of(glyph) == 1, "\(glyph)") }
    }
    for glyph in GlyphSet.ascii.all { #expect(glyph.isASCII) }
  }
}
