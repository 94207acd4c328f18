import CellGrid
import Testing

@testable import Console

@Suite struct GoldenTests {
  /// A terminal's abilities, as they choose theme and glyphs.
  static let classes: [(name: String, theme: String, glyphs: GlyphSet)] = [
    ("dark", "dark", .unicode), ("light", "light", .unicode), ("ansi16", "ansi-16", .linuxConsole),
    ("mono", "monochrome", .ascii),
  ]

  @Test(arguments: ModelFixture.situations.keys.sorted())
  func everyLayoutAndThemeClass(of situation: String) throws {
    for terminal in GoldenTests.classes {
      for size in ModelFixture.sizes {
        var model = ModelFixture.model(
          size: size, theme: ThemeFixture.theme(terminal.theme), glyphs: terminal.glyphs)
        ModelFixture.situations[situation]?(&model)
        try Golden.check(model.view(), "\(situation)-\(size.width)x\(size.height)-\(terminal.name)")
      }
    }
  }

  @Test(arguments: [Size(width: 20, height: 5), Size(width: 79, height: 24), Size(width: 80, height: 23)])
  func tooSmall(_ size: Size) throws {
    let grid = ModelFixture.model(size: size).view()
    try Golden.check(grid, "too-small-\(size.width)x\(size.height)")
    #expect(grid.plainText().contains("80×24"))
    #expect(grid.plainText().contains("q"))
  }
}
