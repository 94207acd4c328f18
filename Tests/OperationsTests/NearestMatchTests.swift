import Operations
import Testing

@Suite struct NearestMatchTests {
  @Test(arguments: [("recrod-set", "record-set"), ("Service", "service"), ("clods", "clouds")])
  func findsWhatWasMeant(word: String, meant: String) {
    #expect(NearestMatch.of(word, among: ["record-set", "service", "clouds", "vantages"]) == meant)
  }

  @Test func saysNothingOfAWordThatResemblesNone() {
    #expect(NearestMatch.of("zebra", among: ["record-set", "service"]) == nil)
  }
}
