import CellGrid
import Testing

@Suite struct TextPairTests {
  @Test func textIsQuotedAndNullIsNot() {
    let pair = TextPair(nil, "NULL")
    #expect(pair.left == "NULL" && pair.right == "\"NULL\"" && pair.isUnlike)
    #expect(!TextPair(nil, nil).isUnlike)
    #expect(!TextPair("a", "a").isUnlike)
  }

  @Test(arguments: [
    ("a b", "a  b"), ("a b", "a\tb"), ("a b", "a\nb"), ("a\nb", "a\r\nb"), ("a", "a "), ("a", " a"), ("", " "),
    ("caf\u{E9}", "cafe\u{301}"), ("\u{1}", "\u{2}"), ("a\u{200B}", "a\u{2060}"),
  ])
  func whatIsUnlikeLooksUnlike(_ left: String, _ right: String) {
    let pair = TextPair(left, right)
    #expect(pair.isUnlike)
    // Wrapping drops repeated spaces.
    func words(_ text: String) -> String { text.split(separator: " ").joined(separator: " ") }
    #expect(words(pair.left) != words(pair.right))
  }

  @Test func ofLongTextsTheFirstDifferenceIsShown() {
    let same = String(repeating: "ä", count: 5000)
    let pair = TextPair(same + "left" + same, same + "right" + same)
    #expect(pair.left.contains("left") && pair.right.contains("right"))
    #expect(pair.left.hasPrefix("…ä") && pair.left.hasSuffix("…"))
    #expect(pair.left.unicodeScalars.count < 420)
    let end = TextPair(same, same + "x")
    #expect(end.right.hasSuffix("x\"") && end.left.hasSuffix("ä\""))
    #expect(TextPair(same, nil).left.hasPrefix("\"ä"))
  }

  @Test func nothingOfItSteersATerminal() {
    #expect(TextPair("\u{1B}[2J", "a").left == "\"\u{FFFD}[2J\"")
  }
}
