import CellGrid
import Testing

@testable import Console

@Suite struct ThemeTests {
  @Test func allThatAreShippedAreSound() {
    #expect(ThemeFixture.library.problems.isEmpty)
    let names = [
      "dark", "light", "high-contrast", "okabe-ito-dark", "okabe-ito-light", "ansi-16", "monochrome", "dusk",
    ]
    #expect(Set(ThemeFixture.shipped.map(\.name)) == Set(names))
  }

  @Test func theBuiltinThemeIsTheDarkOne() {
    #expect(ThemeFixture.theme("dark") == .builtin)
    #expect(ThemeLibrary.load(from: ["/nonexistent"]).themes == [.builtin])
  }

  /// WCAG 2.2, 1.4.3 and 1.4.11: 4.5 for text, 3 for graphics that carry meaning.
  @Test(arguments: ["dark", "light", "okabe-ito-dark", "okabe-ito-light", "dusk", "high-contrast"])
  func textIsLegible(_ name: String) throws {
    let theme = ThemeFixture.theme(name)
    let ground = try #require(SeenColor(theme.background))
    let isHigh = name == "high-contrast"
    for role in Theme.Role.allCases where role != .line {
      let color = try #require(SeenColor(theme[role].foreground))
      let needed = role == .foreground ? 7 : role == .graph ? (isHigh ? 4.5 : 2.4) : isHigh ? 7 : 4.5
      #expect(color.contrast(to: ground) >= needed, "\(name).\(role.rawValue) \(color.contrast(to: ground))")
    }
  }

  /// The states of the themes for any colour vision stay apart for the three kinds of colour blindness; every state has
  /// a glyph and a word besides.
  @Test(arguments: ["okabe-ito-dark", "okabe-ito-light"], ColorVision.allCases)
  func statesStayApart(_ name: String, _ vision: ColorVision) throws {
    let theme = ThemeFixture.theme(name)
    let states: [Theme.Role] = [.healthy, .degraded, .down, .unknown, .staged]
    for (index, one) in states.enumerated() {
      for other in states.dropFirst(index + 1) {
        let a = try #require(SeenColor(theme[one].foreground)).seen(with: vision)
        let b = try #require(SeenColor(theme[other].foreground)).seen(with: vision)
        #expect(a.distance(to: b) >= 8, "\(name): \(one) and \(other) with \(vision): \(a.distance(to: b))")
      }
    }
  }

  @Test func withoutColourEveryStateHasItsOwnWeight() {
    let theme = ThemeFixture.theme("monochrome")
    for role in Theme.Role.allCases {
      #expect(theme[role].foreground == .terminalDefault && theme[role].background == .terminalDefault)
    }
    #expect(theme[.down].attributes != theme[.degraded].attributes)
    #expect(theme[.healthy].attributes != theme[.degraded].attributes)
    #expect(theme[.faint].attributes.contains(.dim))
  }

  /// Whatever the colours, a screen reads the same.
  @Test func noThemeChangesAWord() {
    for situation in ModelFixture.situations.keys.sorted() where situation != "themes" {
      var texts: Set<String> = []
      for theme in ThemeFixture.shipped {
        var model = ModelFixture.model(theme: theme)
        ModelFixture.situations[situation]?(&model)
        texts.insert(model.view().plainText())
      }
      #expect(texts.count == 1, "\(situation)")
    }
  }

  @Test func onAsciiTerminalsOnlyAsciiIsDrawn() {
    for (name, situation) in ModelFixture.situations where name != "hostile" {
      for size in ModelFixture.sizes {
        var model = ModelFixture.model(size: size, glyphs: .ascii)
        situation(&model)
        let marks = model.view().plainText().count { $0 == "?" }
        var unicode = ModelFixture.model(size: size)
        situation(&unicode)
        // Help names the key `?`, which longer names of keys may push out of sight.
        let expected = name == "help" ? marks : unicode.view().plainText().count { $0 == "?" }
        #expect(marks == expected, "\(name): a sign has no ASCII form")
        let strange = model.view().plainText().unicodeScalars.filter { !$0.isASCII }
        #expect(strange.isEmpty, "\(name): \(String(String.UnicodeScalarView(strange)))")
      }
    }
  }
}
