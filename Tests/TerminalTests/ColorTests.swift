import CPseudoTerminal
import CellGrid
import Testing

@testable import Terminal

@Suite struct ColorTests {
  @Test(
    arguments: [
      (["NO_COLOR": "1", "COLORTERM": "truecolor"], 256, true, .monochrome),
      (["NO_COLOR": ""], 256, false, .palette256),
      (["COLORTERM": "24bit"], 256, false, .trueColor),
      (["COLORTERM": "truecolor", "TERM": "screen.xterm-256color"], 256, false, .palette256),
      (["COLORTERM": "truecolor", "TERM": "screen-256color", "TMUX": "/tmp/x,1,0"], 256, false, .trueColor),
      (["COLORTERM": "truecolor", "TERM": "linux"], 8, false, .ansi16),
      ([:], 256, true, .trueColor), ([:], 88, false, .ansi16), ([:], 8, false, .ansi16), ([:], 0, false, .monochrome),
    ] as [([String: String], Int, Bool, ColorDepth)])
  func depthIsWhatTheTerminalPromises(environment: [String: String], colors: Int, direct: Bool, depth: ColorDepth) {
    #expect(ColorDepth.detect(environment: { environment[$0] }, colors: colors, hasDirectColor: direct) == depth)
  }

  @Test(
    arguments: [
      (.palette256, .rgb(255, 0, 0), .palette(196)), (.palette256, .rgb(18, 18, 18), .palette(233)),
      (.palette256, .palette(9), .ansi(9)), (.palette256, .ansi(3), .ansi(3)), (.ansi16, .rgb(250, 10, 10), .ansi(9)),
      (.ansi16, .palette(16), .ansi(0)), (.ansi16, .palette(231), .ansi(15)),
      (.ansi16, .terminalDefault, .terminalDefault),
      (.trueColor, .rgb(1, 2, 3), .rgb(1, 2, 3)), (.monochrome, .rgb(1, 2, 3), .terminalDefault),
    ] as [(ColorDepth, Color, Color)])
  func coloursBecomeTheNearest(depth: ColorDepth, color: Color, nearest: Color) {
    var mapper = ColorMapper(depth: depth)
    #expect(mapper.map(color) == nearest)
    #expect(mapper.map(nearest) == nearest)
  }

  @Test(arguments: 16...255) func paletteIsItsOwnNearest(index: UInt8) {
    var mapper = ColorMapper(depth: .palette256)
    let (red, green, blue) = ColorMapper.components(of: .palette(index))
    guard case .palette(let found) = mapper.map(.rgb(red, green, blue)) else {
      Issue.record("not in the palette")
      return
    }
    // The cube and the greys share some colours.
    #expect(ColorMapper.components(of: .palette(found)) == (red, green, blue))
  }

  @Test func textStaysReadableWhenItsColoursMeet() {
    var mapper = ColorMapper(depth: .ansi16)
    let dark = mapper.map(Style(foreground: .rgb(60, 0, 0), background: .rgb(10, 0, 0)))
    #expect(dark.foreground != dark.background)
    let light = mapper.map(Style(foreground: .rgb(250, 250, 250), background: .rgb(255, 255, 255)))
    #expect(light == Style(foreground: .ansi(0), background: .ansi(15)))
  }

  @Test(
    arguments: [
      (.terminalDefault, .indexed(count: 8), -1, false), (.ansi(9), .indexed(count: 8), 1, true),
      (.ansi(9), .indexed(count: 256), 9, false), (.palette(200), .extended, 200, false),
      (.rgb(1, 2, 3), .extended, 0x010203, false), (.rgb(0, 0, 99), .extended, 0x000163, false),
      (.rgb(0, 0, 3), .direct, 0x000103, false), (.ansi(9), .direct, 0xFF0000, false), (.ansi(2), .direct, 2, false),
    ] as [(Color, ColorEncoding, Int32, Bool)])
  func numbersSuitTheDescription(color: Color, encoding: ColorEncoding, number: Int32, isBright: Bool) {
    #expect(encoding.number(of: color) == (number, isBright))
  }

  @Test func descriptionGainsDirectColour() throws {
    let entry = try #require(TerminfoEntry.find("xterm-256color", environment: { _ in nil }))
    let extended = try #require(entry.withDirectColor())
    let again = try #require(TerminfoEntry(compiled: extended))
    #expect(again.withDirectColor() == extended)
    #expect(String(decoding: extended, as: UTF8.self).contains("38;2;"))
    for length in 0..<extended.count { _ = TerminfoEntry(compiled: Array(extended.prefix(length))) }
    #expect(TerminfoEntry(compiled: Array(extended.prefix(200))) == nil)
    #expect(TerminfoEntry.find("../passwd", environment: { _ in nil }) == nil)
    #expect(TerminfoEntry.find("vt100", environment: { _ in nil })?.withDirectColor() == nil)
  }

  @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func base64(text: String, encoded: String) {
    #expect(TerminfoEntry.base64(Array(text.utf8)) == encoded)
  }

  /// The grid and ncurses count columns alike, for every character that the C library knows.
  @Test func widthsAreTheCLibrarys() {
    var different: [String] = []
    for value in UInt32(0x20)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value), !(0x7F..<0xA0).contains(value) else { continue }
      let columns = pseudo_terminal_columns_of(value)
      guard columns >= 0, scalar.properties.generalCategory != .unassigned else { continue }
      if Int(columns) != DisplayWidth.of(scalar) { different.append(String(value, radix: 16)) }
    }
    // The Swift runtime's newer Unicode calls this one a mark of another kind.
    #expect(different.filter { $0 != "1171e" } == [])
  }
}
