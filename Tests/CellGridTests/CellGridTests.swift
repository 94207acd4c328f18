import Testing

@testable import CellGrid

@Suite struct CellGridTests {
  private func grid(_ width: Int, _ height: Int = 1) -> CellGrid { CellGrid(size: Size(width: width, height: height)) }

  @Test func textStandsWhereItIsWritten() {
    var grid = grid(10, 2)
    let used = grid.write("héllo", at: Point(x: 2, y: 1), style: Style(attributes: .bold))
    #expect(used == 5)
    #expect(grid.plainText() == "\n  héllo")
    #expect(grid.plainText(trimmingTrailingSpaces: false) == "          \n  héllo   ")
    #expect(grid[2, 1].style.attributes == .bold)
    #expect(grid[1, 1].style == .plain)
  }

  @Test func wideCharactersTakeTwoColumns() {
    var grid = grid(6)
    #expect(grid.write("世界", at: .zero, style: .plain) == 4)
    #expect(grid[0, 0].text == "世")
    #expect(grid[1, 0].isContinuation)
    #expect(grid[2, 0].width == 2)
    #expect(grid.plainText() == "世界")
  }

  @Test func wideCharacterNeverStraddlesAnEdge() {
    var grid = grid(5)
    #expect(grid.write("abcd世", at: .zero, style: .plain) == 5)
    #expect(grid.plainText(trimmingTrailingSpaces: false) == "abcd ")
    grid.write("世界", at: Point(x: -1, y: 0), style: .plain)
    #expect(grid.plainText(trimmingTrailingSpaces: false) == " 界d ")
    grid.write("世界", at: .zero, style: .plain, maxWidth: 3)
    #expect(grid.plainText(trimmingTrailingSpaces: false) == "世 d ")
  }

  @Test func overwritingHalfBlanksTheOther() {
    var first = grid(4)
    first.write("世界", at: .zero, style: .plain)
    first.write("x", at: Point(x: 1, y: 0), style: .plain)
    #expect(first.plainText() == " x界")
    var second = grid(4)
    second.write("世界", at: .zero, style: .plain)
    second.write("x", at: Point(x: 2, y: 0), style: .plain)
    #expect(second.plainText(trimmingTrailingSpaces: false) == "世x ")
    var third = grid(4)
    third.write("世界", at: .zero, style: .plain)
    third.write("語", at: Point(x: 1, y: 0), style: .plain)
    #expect(third.plainText(trimmingTrailingSpaces: false) == " 語 ")
    third.fill(Rect(x: 2, y: 0, width: 1, height: 1), style: .plain)
    #expect(third.plainText() == "")
  }

  @Test func marksBelongToTheirBase() {
    var grid = grid(4)
    #expect(grid.write("e\u{301}\u{323}\u{330}x", at: .zero, style: .plain) == 2)
    #expect(grid[0, 0].scalars == ["e", "\u{301}", "\u{323}"])
    #expect(grid[1, 0].text == "x")
    #expect(grid.write("\u{301}a", at: .zero, style: .plain) == 1)
    #expect(grid[0, 0].scalars == ["a"])
  }

  @Test(arguments: [
    ("👨\u{200D}👩", "👨👩", 4), ("🇩🇪", "DE", 2), ("👍🏽!", "👍!", 3), ("❤\u{FE0F}.", "❤.", 2),
    ("\u{1B}[31m", "\u{FFFD}[31m", 5),
    ("a\u{202E}b", "ab", 2), ("한", "한", 2), ("\u{1112}\u{1161}\u{11AB}", "\u{1112}\u{1161}\u{11AB}", 2),
    ("a\u{9B}b", "a\u{FFFD}b", 3),
    ("x\u{0}y", "x\u{FFFD}y", 3),
  ])
  func drawsWhatAllTerminalsAgreeOn(text: String, shown: String, columns: Int) {
    var grid = grid(12)
    #expect(grid.write(text, at: .zero, style: .plain) == columns)
    #expect(DisplayWidth.of(text) == columns)
    #expect(grid.plainText().unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test func clippingKeepsTheRest() {
    var grid = grid(10)
    grid.write("..........", at: .zero, style: .plain)
    let used = grid.write("abcdef", at: Point(x: 2, y: 0), style: .plain, clip: Rect(x: 3, y: 0, width: 3, height: 1))
    #expect(used == 4)
    #expect(grid.plainText() == "...bcd....")
    #expect(grid.write("x", at: Point(x: 0, y: 7), style: .plain) == 0)
  }

  @Test func substringsAndLazyTextAreWrittenToo() {
    var grid = grid(10)
    grid.write("xx-世界-".dropFirst(2), at: .zero, style: .plain)
    #expect(grid.plainText() == "-世界-")
  }

  @Test func boxHasCornersAndLeavesItsInside() {
    var grid = grid(4, 3)
    grid.write("abcd", at: Point(x: 0, y: 1), style: .plain)
    grid.drawBox(grid.bounds, style: .plain, glyphs: GlyphSet.unicode.box)
    #expect(grid.plainText() == "╭──╮\n│bc│\n╰──╯")
  }

  @Test func stylesSurvivePacking() {
    let colors: [Color] = [.terminalDefault, .ansi(0), .ansi(15), .palette(255), .rgb(1, 254, 3)]
    for foreground in colors {
      for background in colors {
        for raw in UInt8(0)..<32 {
          let style = Style(foreground: foreground, background: background, attributes: Attributes(rawValue: raw))
          let cell = Cell.blank(style)
          #expect(cell.style == style)
          #expect(cell.width == 1 && cell.text == " ")
        }
      }
    }
    #expect(MemoryLayout<Cell>.size == 16)
  }

  @Test func restyleLeavesTheText() {
    var grid = grid(4)
    grid.write("世x", at: .zero, style: Style(foreground: .ansi(2)))
    grid.restyle(Rect(x: 0, y: 0, width: 3, height: 1)) { $0.on(.ansi(4)) }
    #expect(grid.plainText() == "世x")
    #expect(grid[1, 0].isContinuation)
    #expect(grid[2, 0].style == Style(foreground: .ansi(2), background: .ansi(4)))
    #expect(grid[3, 0].style == .plain)
  }

  @Test func differenceNamesWhatChanged() {
    let old = grid(10, 3)
    var new = old
    #expect(new.diff(from: old) == [])
    new.write("a", at: Point(x: 1, y: 1), style: .plain)
    new.write("b", at: Point(x: 4, y: 1), style: .plain)
    #expect(new.diff(from: old) == [.init(y: 1, columns: 1..<2), .init(y: 1, columns: 4..<5)])
    #expect(new.diff(from: old, joiningGaps: 2) == [.init(y: 1, columns: 1..<5)])
    #expect(new.diff(from: grid(3)).map(\.columns) == [0..<10, 0..<10, 0..<10])
  }

  @Test func styledTextNamesStylesInOrder() {
    var grid = grid(6, 2)
    grid.write(
      "ok", at: Point(x: 1, y: 1), style: Style(foreground: .rgb(0, 255, 16), attributes: [.bold, .underline]))
    #expect(
      grid.styledText() == """
        6x2
        |      |
        | ok   |
        styles
        1: a1 b2 a3
        legend
        a fg=default bg=default
        b fg=#00ff10 bg=default bold underline

        """)
  }
}
