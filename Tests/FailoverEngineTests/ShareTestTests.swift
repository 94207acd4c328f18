import FailoverEngine
import Operations
import Testing

@Suite struct ShareTestTests {
  private let aws = CloudID("aws")
  private let azure = CloudID("azure")

  @Test func aZeroShareAllowsNoException() {
    let weights = Weights([(aws, 100), (azure, 0)])
    #expect(ShareTest.fits([aws: 200], weights: weights))
    #expect(!ShareTest.fits([aws: 199, azure: 1], weights: weights))
  }

  @Test func noAnswerFitsNothing() { #expect(!ShareTest.fits([:], weights: Weights([(aws, 1)]))) }

  @Test func oldWeightsAreToldFromNewOnes() {
    let weights = Weights([(aws, 90), (azure, 10)])
    #expect(ShareTest.fits([aws: 182, azure: 18], weights: weights))
    #expect(!ShareTest.fits([aws: 100, azure: 100], weights: weights))
  }

  /// Right answers are refused about as rarely as promised.
  @Test func rightAnswersPass() {
    var generator = SplitMix(seed: 7)
    let weights = Weights([(aws, 30), (azure, 70)])
    var refused = 0
    for _ in 0..<2000 {
      let hits = (0..<200).count { _ in Double.random(in: 0..<1, using: &generator) < 0.3 }
      if !ShareTest.fits([aws: hits, azure: 200 - hits], weights: weights) { refused += 1 }
    }
    #expect(refused <= 5)
  }
}

/// A seeded generator (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
