import Operations
import Testing

@testable import Console

@Suite struct PaletteTests {
  private let standing = Weights([(SnapshotFixture.aws, 50), (SnapshotFixture.azure, 50)])

  @Test func findsACommandByALetterOrTwo() {
    var model = ModelFixture.model()
    model.type(":und⏎")
    #expect(model.ticket == 1)
  }

  @Test func weightsAreStagedAndPlanned() {
    var model = ModelFixture.model()
    let wanted = Weights([(SnapshotFixture.aws, 70), (SnapshotFixture.azure, 30)])
    #expect(
      model.type(":weights aws=70 azure=30⏎") == [.requestPlan(.setWeights(wanted), ticket: 1), .dropTypeAhead])
    #expect(model.staged == wanted)
  }

  @Test(arguments: [
    ("weights", "type the weights: weights aws=N azure=N"),
    ("weights asw=70", "there is no cloud 'asw'; did you mean 'aws'?"),
    ("weights aws=300", "'300' is no weight; a weight is a whole number from 0 to 255"),
    ("weights aws=-1", "'-1' is no weight; a weight is a whole number from 0 to 255"),
    ("weights aws", "'aws' is not CLOUD=WEIGHT; write aws=N azure=N"), ("weights aws=50", "50/50 stands already"),
    ("weights aws=5=5", "'aws=5=5' is not CLOUD=WEIGHT; write aws=N azure=N"),
  ])
  func badWeightsAreNamed(_ text: String, _ message: String) {
    #expect(WeightsCommand.parse(text, standing: standing) == .failure(.init(message: message)))
  }

  @Test func aDisabledCommandSaysWhyAndStays() {
    var model = ModelFixture.model()
    model.type(":plan⏎")
    guard case .palette(let palette) = model.dialogs.last else { return #expect(Bool(false)) }
    #expect(palette.error?.contains("nothing is staged") == true)
  }

  @Test func backspaceAtTheBeginningLeaves() {
    var model = ModelFixture.model()
    model.type(":a⌫⌫")
    #expect(model.dialogs.isEmpty)
  }

  @Test func aThemeIsChosenByName() {
    var model = ModelFixture.model()
    model.type(":theme light⏎")
    #expect(model.theme.name == "light")
  }

  @Test func lettersTogetherAndAtWordsBeginningsComeFirst() throws {
    let whole = try #require(FuzzyMatch.score("the", in: "theme"))
    let apart = try #require(FuzzyMatch.score("the", in: "t-shirt here"))
    #expect(whole < apart)
    #expect(FuzzyMatch.score("xyz", in: "theme") == nil)
  }
}
