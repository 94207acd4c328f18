import CellGrid
import Testing

@testable import Console

@Suite struct ThemeFileTests {
  private static let good = """
    name: dusk
    background: "#10151c"
    styles:
      foreground: "#dce3eb"
      faint: "#8c99a8"
      graph: "palette-240"
      line: "bright-black"
      healthy: "green"
      degraded: "#f0b84f bold"
      down: "red bold reverse"
      unknown: "magenta"
      focus: "default bold underline"
      staged: "cyan italic"
    """

  @Test func readsColoursAndAttributes() throws {
    let theme = try ThemeFile.parse(Self.good, file: "dusk.yaml")
    #expect(theme[.down] == Style(foreground: .ansi(1), background: .rgb(16, 21, 28), attributes: [.bold, .reverse]))
    #expect(theme[.graph].foreground == .palette(240))
    #expect(theme[.focus].foreground == .terminalDefault)
  }

  @Test(arguments: [
    ("healthy: \"green\"", "helthy: \"green\"", "dusk.yaml:8: unknown key 'helthy'; did you mean 'healthy'?"),
    (
      "\"green\"", "\"gren\"",
      "dusk.yaml:8: healthy: 'gren' is neither a colour nor an attribute; did you mean 'green'?"
    ),
    (
      "\"#dce3eb\"", "\"#dce3e\"",
      "dusk.yaml:4: foreground: '#dce3e' is no colour; write six hexadecimal digits, such as '#8c99a8'"
    ),
    (
      "palette-240", "palette-256",
      "dusk.yaml:6: graph: 'palette-256' is no colour; the palette goes from palette-0 to palette-255"
    ),
    ("cyan italic", "cyan blue", "dusk.yaml:13: staged: 'blue' is a second colour; a style has one"),
    ("  focus: \"default bold underline\"\n", "", "dusk.yaml:4: 'styles' lacks 'focus'"),
    ("name: dusk\n", "", "dusk.yaml: 'name' is missing"),
    (
      "background: \"#10151c\"", "background: #10151c",
      "dusk.yaml:2: 'background' must be text; quote colours, for YAML reads # as a comment"
    ),
    ("name: dusk", "name: dusk\ncolours: 3", "dusk.yaml:2: unknown key 'colours'"),
  ])
  func mistakesAreNamedWithTheirLine(_ old: String, _ new: String, _ message: String) {
    let text = Self.good.replacing(old, with: new)
    #expect(text != Self.good)
    #expect(throws: ThemeProblem.self) { try ThemeFile.parse(text, file: "dusk.yaml") }
    do { _ = try ThemeFile.parse(text, file: "dusk.yaml") } catch { #expect("\(error)" == message) }
  }

  @Test(arguments: ["", "[]", "- a\n- b", "name: [", "\t:", "name: a\nname: b", String(repeating: "a", count: 70_000)])
  func whatIsNoThemeIsRefused(_ text: String) {
    #expect(throws: ThemeProblem.self) { try ThemeFile.parse(text, file: "x.yaml") }
  }

  @Test func anUnknownThemeNamesTheNearest() {
    #expect {
      try ThemeFixture.library.theme(named: "drak")
    } throws: { error in
      "\(error)".contains("did you mean 'dark'?")
    }
  }

  @Test func themesAreLookedForInOrder() {
    let path = ThemeLibrary.searchPath(
      option: "/o", environment: ["SIGNALBOX_THEMES": "/e", "XDG_CONFIG_HOME": "/x", "HOME": "/h"],
      executable: "/c/.build/x86_64/debug/signalbox")
    #expect(
      path == ["/o", "/e", "/x/signalbox/themes", "/c/.build/x86_64/share/signalbox/themes", "/c/themes"])
    let made = ThemeLibrary.searchPath(
      option: nil, environment: [:], executable: "/c/.build-release/release/signalbox")
    #expect(made == ["/c/.build-release/share/signalbox/themes", "/c/themes"])
    let installed = ThemeLibrary.searchPath(option: nil, environment: ["HOME": "/h"], executable: "/usr/bin/signalbox")
    #expect(installed == ["/h/.config/signalbox/themes", "/usr/share/signalbox/themes"])
  }
}
