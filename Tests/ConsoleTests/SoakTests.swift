import CellGrid
import Testing

@testable import Console

@Suite struct SoakTests {
  /// 24 virtual hours of worlds no host should send, on screens nobody has, under keys nobody would press.
  @Test func aDayOfAnythingAtAllDoesNoHarm() {
    let report = ConsoleSoak(seed: 7, step: .seconds(240)).run(hours: 24, themes: ThemeFixture.library)
    #expect(report.frames == 24 * 15)
    #expect(report.wrongSizes == 0)
    #expect(report.deepestDialogs <= 3)
    #expect(report.plans > 20, "the keys never reached a plan, so the run shows little")
    #expect(report.executions > 0)
    #expect(report.changes > 3, "the automation and running operations were told too little")
  }

  @Test func equalSeedsGiveEqualRuns() {
    let soak = ConsoleSoak(seed: 11, step: .seconds(240))
    #expect(soak.run(hours: 2, themes: ThemeFixture.library) == soak.run(hours: 2, themes: ThemeFixture.library))
  }

  @Test func everySizeHasAPicture() {
    var model = ModelFixture.model()
    for width in Array(1...30) + [79, 80, 81, 109, 110, 169, 170, 500] {
      for height in Array(1...26) + [35, 36, 45, 46, 120] {
        _ = model.update(.resized(.init(width: width, height: height)))
        #expect(model.view().size == model.size)
      }
    }
  }
}
