import CellGrid
import Operations
import Testing

@testable import Console

/// A countdown is seen wherever one is, and one key stops it.
@Suite struct CountdownTests {
  private func counting(_ size: Size = ModelFixture.sizes[0]) -> ConsoleModel {
    ModelFixture.model(FailoverFixture.countdown, size: size)
  }

  /// What may be open, and the key that stops the countdown there.
  private static let places: [(keys: String, stop: Keystroke)] = [
    ("", .character("x")), ("w", .character("x")), ("s", .character("x")), ("?", .character("x")),
    ("T", .character("x")), ("/az", .control("x")), (":x", .control("x")), ("p", .character("x")),
    ("r", .character("x")),
  ]

  @Test(arguments: places.indices) func xStopsItWhateverIsOpen(_ place: Int) {
    var model = counting()
    let (keys, stop) = Self.places[place]
    model.type(keys)
    let text = model.view().plainText()
    #expect(text.contains("FAILING OVER TO AZURE IN 12 s"))
    #expect(text.contains("\(stop.label(.unicode)) stops it"), "after \(keys)")
    let ticket = model.ticket
    #expect(model.press(stop) == [.change(.stopCountdown, ticket: ticket + 1)])
  }

  @Test func inAPlanThatIsBeingArmedTheLetterIsText() {
    var model = counting()
    model.ask("f", of: FailoverFixture.countdown, FailoverFixture.failoverPlan)
    model.later(1)
    #expect(model.type("x").isEmpty)
    #expect(model.view().plainText().contains("Ctrl-X stops it"))
    #expect(model.press(.control("x")).first == .change(.stopCountdown, ticket: 2))
  }

  @Test(arguments: ModelFixture.sizes) func theBannerMovesNothingAboveIt(_ size: Size) {
    var model = ModelFixture.model(FailoverFixture.held, size: size)
    let cards = ScreenLayout(model).cards.map(\.area)
    let weights = ScreenLayout(model).weights
    model.snapshot = FailoverFixture.countdown
    #expect(ScreenLayout(model).cards.map(\.area) == cards)
    #expect(ScreenLayout(model).weights == weights)
  }

  @Test func itCountsInWholeSecondsAndTheLastOneCounts() {
    var model = counting(ModelFixture.sizes[1])
    _ = model.update(.tick(SnapshotFixture.now + .milliseconds(11_001)))
    #expect(model.view().plainText().contains("IN 1 s"))
    _ = model.update(.tick(SnapshotFixture.now + .seconds(13)))
    #expect(model.view().plainText().contains("FAILING OVER TO AZURE NOW"))
  }

  @Test func aPauseEndsIt() {
    var model = counting()
    model.snapshot?.failover?.isPaused = true
    #expect(model.countdown == nil)
    #expect(!model.view().plainText().contains("stops it"))
  }

  @Test func aLostHostMayActAllTheSame() {
    var model = counting(ModelFixture.sizes[1])
    _ = model.update(.host(.connection(.lost(reason: "refused", since: SnapshotFixture.now))))
    #expect(model.view().plainText().contains("the host is lost: it may act all the same"))
    #expect(model.type("x") == [.change(.stopCountdown, ticket: 1)], "it is tried")
  }

  @Test func onATinyScreenItIsSaidAndStopped() {
    var model = counting(Size(width: 60, height: 10))
    #expect(model.view().plainText().contains("x stops failing over to azure in 12 s"))
    #expect(model.type("x") == [.change(.stopCountdown, ticket: 1)])
  }

  @Test func everyDigitHasItsShape() {
    for glyphs in [GlyphSet.unicode, .linuxConsole, .ascii] {
      let shapes = (0...9).map { BigDigits.rows($0, glyphs: glyphs).joined(separator: "\n") }
      #expect(Set(shapes).count == 10)
      for shape in shapes { #expect(shape.split(separator: "\n").allSatisfy { $0.count == 3 }) }
    }
  }
}
