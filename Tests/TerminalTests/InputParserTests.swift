import CellGrid
import Testing

@testable import Terminal

@Suite struct InputParserTests {
  private func parse(_ text: String) -> [TerminalInput] {
    var parser = InputParser(isUTF8: true)
    return parser.feed(Array(text.utf8)) + parser.flush()
  }

  @Test(
    arguments: [
      ("a", .character("a")), ("é", .character("é")), ("世", .character("世")), ("😀", .character("😀")), ("\r", .enter),
      ("\n", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace), ("\u{3}", .control("c")),
      ("\u{0}", .control(" ")), ("\u{1C}", .control("\\")), ("\u{1B}", .escape), ("\u{1B}x", .alt("x")),
      ("\u{1B}[", .alt("[")),
      ("\u{1B}O", .alt("O")), ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[1;2C", .shiftRight),
      ("\u{1B}[1;5C", .right),
      ("\u{1B}[d", .shiftLeft), ("\u{1B}[Z", .backTab), ("\u{1B}[H", .home), ("\u{1B}[4~", .end), ("\u{1B}[7~", .home),
      ("\u{1B}[3~", .delete), ("\u{1B}[2~", .insert), ("\u{1B}[5~", .pageUp), ("\u{1B}[6;5~", .pageDown),
      ("\u{1B}OP", .function(1)), ("\u{1B}[15~", .function(5)), ("\u{1B}[24~", .function(12)),
      ("\u{1B}[[C", .function(3)),
      ("\u{1B}[1;2Q", .function(2)), ("\u{1B}OM", .enter), ("\u{1B}Oq", .character("1")), ("\u{1B}[25$", .function(13)),
    ] as [(String, Key)])
  func oneKey(text: String, key: Key) {
    #expect(parse(text) == [.key(key)])
  }

  @Test(arguments: [
    "\u{1B}[?62;22c", "\u{1B}]11;rgb:0000/0000/0000\u{7}", "\u{1B}P1+r\u{1B}\\", "\u{1B}[I", "\u{1B}[999~",
  ])
  func answersAndUnknownSequencesAreDropped(text: String) {
    #expect(parse(text + "x") == [.key(.character("x"))])
  }

  @Test func escapeBeforeASequenceCounts() {
    #expect(parse("\u{1B}\u{1B}[A") == [.key(.escape), .key(.up)])
    #expect(parse("\u{1B}\r") == [.key(.escape), .key(.enter)])
  }

  @Test(
    arguments: [
      ("\u{1B}[<0;1;1M", .press(.left), Point(x: 0, y: 0)), ("\u{1B}[<2;300;99M", .press(.right), Point(x: 299, y: 98)),
      ("\u{1B}[<0;5;6m", .release, Point(x: 4, y: 5)), ("\u{1B}[<32;5;6M", .drag(.left), Point(x: 4, y: 5)),
      ("\u{1B}[<64;5;6M", .wheelUp, Point(x: 4, y: 5)), ("\u{1B}[<65;5;6M", .wheelDown, Point(x: 4, y: 5)),
      ("\u{1B}[M !\"", .press(.left), Point(x: 0, y: 1)), ("\u{1B}[M#!!", .release, Point(x: 0, y: 0)),
    ] as [(String, MouseEvent.Action, Point)])
  func mouse(text: String, action: MouseEvent.Action, position: Point) {
    #expect(parse(text) == [.mouse(MouseEvent(action: action, position: position))])
  }

  @Test func mouseModifiers() {
    let event = MouseEvent(action: .press(.left), position: .zero, isShift: true, isControl: true)
    #expect(parse("\u{1B}[<20;1;1M") == [.mouse(event)])
    #expect(parse("\u{1B}[<0;0;1M\u{1B}[<0;1M\u{1B}[<35;1;1M") == [])
  }

  @Test func pasteIsTextWhateverItHolds() {
    let text = "q\u{1B}[A\u{3}\nline\u{1B}[20"
    #expect(parse("\u{1B}[200~\(text)\u{1B}[201~x") == [.paste(text), .key(.character("x"))])
  }

  /// A key or a terminal that begins something and never ends it swallows nothing for good.
  @Test(
    arguments: [
      ("\u{1B}]", [.key(.alt("]"))]), ("\u{1B}P", [.key(.alt("P"))]), ("\u{1B}]11;rgb", []), ("\u{1B}[<0;1", []),
      ("\u{1B}[M ", []), ("\u{1B}[200~half", [.paste("half")]),
    ] as [(String, [TerminalInput])])
  func unfinishedSequencesEnd(text: String, inputs: [TerminalInput]) {
    var parser = InputParser(isUTF8: true)
    #expect(parser.feed(Array(text.utf8)) == [])
    #expect(parser.pending != nil)
    #expect(parser.flush() == inputs)
    #expect(parser.pending == nil)
    #expect(parser.feed(Array("q".utf8)) == [.key(.character("q"))])
  }

  @Test func hugePasteIsCut() {
    let inputs = parse("\u{1B}[200~" + String(repeating: "a", count: 300_000) + "\u{1B}[201~q")
    guard case .paste(let text)? = inputs.first else {
      Issue.record("no paste")
      return
    }
    #expect(text.utf8.count == InputParser.pasteLimit)
    #expect(inputs.dropFirst() == [.key(.character("q"))])
  }

  @Test func terminalsOwnSequencesComeFirst() {
    var parser = InputParser(isUTF8: true, described: [Array("\u{1B}[11^".utf8): .home, [0x7F]: .delete])
    #expect(parser.feed(Array("\u{1B}[11^\u{7F}".utf8)) == [.key(.home), .key(.delete)])
  }

  @Test func brokenCharactersLoseNoKey() {
    var parser = InputParser(isUTF8: true)
    #expect(parser.feed([0xC3, 0x41, 0xFF, 0xE4, 0xB8, 0x0D]) == [.key(.character("A")), .key(.enter)])
    var ascii = InputParser(isUTF8: false)
    #expect(ascii.feed(Array("é!".utf8)) == [.key(.character("!"))])
  }

  /// However the bytes are cut on their way, the same comes out; and no bytes at all stop the parser.
  @Test(arguments: 0..<50) func piecesDoNotMatter(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(bound))
    }
    let alphabet: [UInt8] = Array("\u{1B}[]O<;~Mm0129AZPa\u{7}\\$".utf8) + [0xC3, 0xA9, 0xE4, 0xFF, 0x00, 0x0D]
    let bytes = (0..<400).map { _ in next(5) == 0 ? UInt8(next(256)) : alphabet[next(alphabet.count)] }
    var whole = InputParser(isUTF8: true)
    var pieces = InputParser(isUTF8: true)
    var found: [TerminalInput] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = min(rest.count, 1 + next(7))
      found += pieces.feed(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    #expect(whole.feed(bytes) == found)
  }
}
