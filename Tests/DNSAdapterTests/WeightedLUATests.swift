import Operations
import Testing

@testable import DNSAdapter

@Suite struct WeightedLUATests {
  static let two = WeightedLUA([.init(weight: 50, address: "127.77.1.10"), .init(weight: 0, address: "127.77.2.10")])

  @Test func writesAndReads() {
    #expect(Self.two.text == #"A "pickwrandom({{50,'127.77.1.10'},{0,'127.77.2.10'}})""#)
    #expect(WeightedLUA(Self.two.text) == Self.two)
    let six = WeightedLUA([.init(weight: 1, address: "2001:db8::1")])
    #expect(six.text.hasPrefix("AAAA "))
    #expect(WeightedLUA(six.text) == six)
  }

  @Test(arguments: [
    #"A "pickwrandom({ {50, '127.77.1.10'}, {0 ,'127.77.2.10'}, })""#,
    #"A   "pickwrandom ( {{50,\"127.77.1.10\"},{0,\"127.77.2.10\"}} ) ""#,
    #"A ";return pickwrandom({{50,'127.77.1.10'},{0,'127.77.2.10'}});""#,
  ])
  func readsWhatAPersonWrote(text: String) { #expect(WeightedLUA(text) == Self.two) }

  @Test(arguments: [
    "", "A", #"A """#, #"A "pickrandom({'127.77.1.10'})""#, #"A "pickwrandom({})""#, #"TXT "pickwrandom({{1,'x'}})""#,
    #"A "pickwrandom({{50,'127.77.1.10'}}) .. 'x'""#, #"A "pickwrandom({{-1,'127.77.1.10'}})""#,
    #"A "pickwrandom({{50,'127.77.1.10}})""#, #"A "ifportup(443, {'127.77.1.10'})""#,
    #"A "pickwrandom({{99999999999999999999,'127.77.1.10'}})""#, #"A "pickwrandom({{50,'127.77.1.10'}"#,
  ])
  func refusesOtherPrograms(text: String) { #expect(WeightedLUA(text) == nil) }

  @Test func fencesSurviveTheWay() {
    let fence = RecordFence(
      generation: Generation(118), weights: Weights([(CloudID("aws"), 70), (CloudID("azure"), 30)]), writer: "ab12")
    #expect(RecordFence(fence.text) == fence)
    for text in ["", "\"hello\"", "\"v=2 generation=1 weights=aws:1 writer=x\"", "\"v=1 generation=-1\""] {
      #expect(RecordFence(text) == nil)
    }
  }
}
