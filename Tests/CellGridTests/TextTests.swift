import Testing

@testable import CellGrid

@Suite struct TextTests {
  @Test(arguments: [
    ("plain é 世", "plain é 世"),
    ("\u{1B}]0;title\u{7}", "\u{FFFD}]0;title\u{FFFD}"),
    ("\u{9B}31mred", "\u{FFFD}31mred"),
    ("one\r\ntwo\nthree", "one␤two␤three"),
    ("a\tb", "a b"),
    ("user\u{202E}txt.exe", "user·txt.exe"),
    ("x\u{E0041}\u{E007F}y", "x··y"),
    ("a\u{200D}", "a·"),
    ("\u{200D}a", "·a"),
    ("👨\u{200D}👩", "👨\u{200D}👩"),
    ("\u{301}a", "·a"),
    ("zero\u{200B}width\u{FEFF}", "zero·width·"),
    ("\u{E000}", "\u{FFFD}"),
  ])
  func steeringBecomesVisible(text: String, shown: String) {
    #expect(TextSanitizer.standard.sanitize(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test func lengthIsBounded() {
    #expect(TextSanitizer(limit: 3).sanitize("abcdef") == "abc…")
    #expect(TextSanitizer(limit: 3).sanitize("abc") == "abc")
    #expect(TextSanitizer(limit: 3, asciiOnly: true).sanitize("a\nbc") == "a|b~")
    let tower = "a" + String(repeating: "\u{301}", count: 500)
    #expect(TextSanitizer.standard.sanitize(tower).unicodeScalars.count == 9)
  }

  @Test func truncationKeepsTheEndsAskedFor() {
    #expect(TextLayout.truncate("abcdef", to: 6, ellipsis: "…") == "abcdef")
    #expect(TextLayout.truncate("abcdefg", to: 6, ellipsis: "…") == "abcde…")
    #expect(TextLayout.truncate("abcdefg", to: 5, ellipsis: "…", cut: .middle) == "ab…fg")
    #expect(TextLayout.truncate("abcdefg", to: 4, ellipsis: "~", cut: .start) == "~efg")
    #expect(TextLayout.truncate("世界語", to: 4, ellipsis: "…") == "世…")
    #expect(TextLayout.truncate("abc", to: 0, ellipsis: "…") == "")
  }

  @Test func wrappingBreaksAtSpacesAndInLongWords() {
    #expect(TextLayout.wrap("the quick brown fox", to: 9) == ["the quick", "brown fox"])
    #expect(TextLayout.wrap("abcdefgh ij", to: 4) == ["abcd", "efgh", "ij"])
    #expect(TextLayout.wrap("a\n\nb", to: 4) == ["a", "", "b"])
    #expect(TextLayout.wrap("世界世界", to: 5) == ["世界", "世界"])
    #expect(TextLayout.wrap("", to: 4) == [""])
  }

  @Test(arguments: [
    (Duration.microseconds(340), "0.3 ms"), (.milliseconds(48), "48 ms"), (.milliseconds(999), "999 ms"),
    (.microseconds(999_700), "1.0 s"), (.milliseconds(1250), "1.3 s"), (.seconds(14), "14 s"), (.seconds(180), "3 min"),
    (.seconds(7200), "2 h"), (.seconds(432_000), "5 d"), (.zero, "0.0 ms"), (.seconds(-3), "-3.0 s"),
  ])
  func durationsHaveFewDigits(duration: Duration, text: String) {
    #expect(Figure.duration(duration).text == text)
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1234, "1.2 kB"), (9_960, "10 kB"), (999_600, "1.0 MB"),
    (34_000_000, "34 MB"), (Int.max, "9.2 EB"),
  ])
  func bytesHaveFewDigits(count: Int, text: String) {
    #expect(Figure.bytes(count).text == text)
  }

  @Test func figuresDoNotJump() {
    let figures = [Figure.bytes(1), .bytes(1_234), .percent(0.995, decimals: 1), .unknown(unit: "ms")]
    let lines = figures.map { $0.aligned(numberWidth: 5, unitWidth: 2) }
    #expect(lines == ["    1 B ", "  1.2 kB", " 99.5 % ", "    — ms"])
    #expect(Figure.fixed(-0.04, decimals: 1) == "0.0")
    #expect(Figure.fixed(-1.25, decimals: 1) == "-1.3")
    #expect(Figure.fixed(0.05, decimals: 2) == "0.05")
    #expect(Figure.fixed(.nan, decimals: 2) == "—")
  }

  @Test func layoutServesWhatStandsFirst() {
    #expect(Length.allot(20, to: [.fixed(5), .flexible(), .fixed(3)], gap: 1) == [0..<5, 6..<16, 17..<20])
    #expect(Length.allot(10, to: [.flexible(weight: 3), .flexible(weight: 1)]) == [0..<8, 8..<10])
    #expect(Length.allot(10, to: [.flexible(maximum: 2), .flexible()]) == [0..<2, 2..<10])
    #expect(Length.allot(4, to: [.fixed(3), .fixed(3)]) == [0..<3, 3..<4])
    #expect(
      Rect(x: 1, y: 1, width: 4, height: 10).rows([.fixed(2), .flexible()])[1] == Rect(x: 1, y: 3, width: 4, height: 8))
  }
}
