import Console
import Foundation
import Operations
import Terminal
import Testing

/// The theme that was chosen comes back at the next start.
@Suite(.timeLimit(.minutes(1))) final class ChosenThemeTests {
  private let home = "/tmp/signalbox-theme-\(UUID().uuidString.prefix(8))"
  private var config: String { "\(home)/.config/signalbox" }
  private var file: String { "\(config)/console.yaml" }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// A console that was started; `T` chooses from it.
  private func start(
    _ screen: ScriptedScreen, theme: String? = nil, environment: [String: String]? = nil
  ) -> Task<Int32, Never> {
    let preferences = PreferencesFile.standard(environment: environment ?? ["HOME": home])
    return Task {
      await ConsoleApp.run(
        client: ScriptedHost(.prompt), screen: screen, themes: ThemeFixture.library,
        options: ConsoleOptions(
          actor: "kit@ops1", theme: theme.map(ThemeFixture.theme), preferences: preferences,
          newsInterval: .milliseconds(20)))
    }
  }

  /// What a console shows first, and with which theme, by the chooser's own mark.
  private func shownAtStart(
    theme: String? = nil, depth: ColorDepth = .trueColor
  ) async -> (first: String?, chooser: String?) {
    let screen = ScriptedScreen(colorDepth: depth)
    let app = start(screen, theme: theme)
    let first = await screen.frame(showing: "DNS weights")
    screen.type("T")
    let chooser = await screen.frame(showing: "try another")
    screen.feed.finish()
    _ = await app.value
    return (first, chooser)
  }

  private func choose(_ keys: String, depth: ColorDepth = .trueColor) async -> String? {
    let screen = ScriptedScreen(colorDepth: depth)
    let app = start(screen)
    _ = await screen.frame(showing: "DNS weights")
    screen.type(keys)
    let said = await screen.frame(showing: depth == .monochrome ? "is not kept" : "✓ theme")
    screen.type("q")
    #expect(await app.value == 0)
    return said
  }

  private func write(_ text: String) throws {
    try FileManager.default.createDirectory(atPath: config, withIntermediateDirectories: true)
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }

  private func mark(_ theme: String, in chooser: String?) -> Bool {
    chooser?.split(separator: "\n").contains { $0.contains("▸ \(theme) ") } ?? false
  }

  @Test func whatWasChosenIsShownAtTheNextStart() async throws {
    #expect(await choose("TT⏎")?.contains("theme dusk") == true)
    #expect(try String(contentsOfFile: file, encoding: .utf8).hasSuffix("\ntheme: dusk\n"))
    let again = await shownAtStart()
    #expect(mark("dusk", in: again.chooser), "\(again.chooser ?? "")")
    #expect(await choose(":theme light⏎") != nil, "the palette chooses as well")
    #expect(mark("light", in: await shownAtStart().chooser))
  }

  @Test func onlyTheOwnerReadsItAndNoDraftIsLeft() async throws {
    _ = await choose("TT⏎")
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: config) == ["console.yaml"])
  }

  @Test func backingOutKeepsNothing() async {
    let screen = ScriptedScreen()
    let app = start(screen)
    _ = await screen.frame(showing: "DNS weights")
    screen.type("TT")
    _ = await screen.frame(showing: "try another")
    screen.feed.yield(.key(.escape))
    screen.type("q")
    _ = await app.value
    #expect(!FileManager.default.fileExists(atPath: file))
  }

  @Test func aThemeThatIsAskedForWins() async throws {
    try write("theme: dusk\n")
    #expect(mark("light", in: await shownAtStart(theme: "light").chooser))
  }

  /// As with NO_COLOR: what was chosen among colours would say little.
  @Test func withoutColoursItIsNeitherShownNorReplaced() async throws {
    try write("theme: dusk\n")
    #expect(mark("monochrome", in: await shownAtStart(depth: .monochrome).chooser))
    #expect(await choose("T⏎", depth: .monochrome)?.contains("this terminal shows no colours") == true)
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "theme: dusk\n")
  }

  @Test(arguments: [
    ("theme: dusc\n", "dusc: there is no such theme any more; T chooses another"),
    ("theme: [dusk]\n", "console.yaml:1: 'theme' must be the name of a theme"),
    ("theme: dusk\ntheem: light\n", "console.yaml:2: has the unknown key 'theem'; the only one is 'theme'"),
    ("- dusk\n", "console.yaml: is no mapping such as 'theme: dark'"),
    ("theme: [", "console.yaml:2: is not YAML"),
    (String(repeating: "#", count: 70_000), "console.yaml: is longer than 65536 bytes"),
  ])
  func whatCannotBeUsedIsSaidInOneLineAndIgnored(_ text: String, _ said: String) async throws {
    try write(text)
    let shown = await shownAtStart()
    #expect(shown.first?.contains("your theme was passed over: \(said)") == true, "\(shown.first ?? "")")
    #expect(mark("dark", in: shown.chooser))
  }

  /// A pipe would be waited for, for ever.
  @Test func aPipeInItsPlaceIsNotWaitedFor() async throws {
    try write("")
    try FileManager.default.removeItem(atPath: file)
    try #require(mkfifo(file, 0o600) == 0)
    #expect(await shownAtStart().first?.contains("console.yaml: is no regular file") == true)
  }

  @Test func anEmptyFileSaysNothing() async throws {
    try write("# nothing yet\n")
    #expect(await shownAtStart().first?.contains("passed over") == false)
  }

  @Test func aDirectoryThatCannotBeWrittenIsToldOnce() async throws {
    // A file where the directory should be: it stops root too.
    try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
    try "".write(toFile: "\(home)/.config", atomically: true, encoding: .utf8)
    let screen = ScriptedScreen()
    let app = start(screen)
    _ = await screen.frame(showing: "DNS weights")
    screen.type("TT⏎")
    #expect(await screen.frame(showing: "the theme is not kept: console.yaml: its directory cannot be made") != nil)
    screen.type("TT⏎")
    #expect(await screen.frame(showing: "✓ theme") != nil)
    screen.type("T")
    // Whatever was told of the second choice would have come before this page is closed again.
    _ = await screen.frame(showing: "try another")
    screen.type("q")
    let text = await screen.frame(showing: "DNS weights")
    #expect(text?.contains("is not kept") == false)
    screen.type("q")
    #expect(await app.value == 0)
  }

  @Test func aLinkIsFollowed() async throws {
    try write("theme: light\n")
    let real = "\(home)/dotfiles.yaml"
    try FileManager.default.moveItem(atPath: file, toPath: real)
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: real)
    try PreferencesFile(path: file).keep(theme: "dusk")
    #expect(try PreferencesFile(path: real).theme() == "dusk")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file) == real)
  }

  @Test(arguments: ["yes", "a: b", "# x", "two\nlines", "'", "é \u{1b}[31m"])
  func anyNameComesBackAsItIs(_ name: String) throws {
    let file = PreferencesFile(path: file)
    try file.keep(theme: name)
    #expect(try file.theme() == name)
  }

  @Test func theFileStandsBesideTheUsersThemes() {
    let both = ["XDG_CONFIG_HOME": "/x", "HOME": "/h"]
    #expect(PreferencesFile.standard(environment: both)?.path == "/x/signalbox/console.yaml")
    let relative = ["XDG_CONFIG_HOME": "x", "HOME": "/h"]
    #expect(PreferencesFile.standard(environment: relative)?.path == "/h/.config/signalbox/console.yaml")
    #expect(PreferencesFile.standard(environment: [:]) == nil)
  }
}
