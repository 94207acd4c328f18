import Operations
import Testing

@testable import Console

@Suite struct StagedWeightsTests {
  private let aws = CloudID("aws")
  private let azure = CloudID("azure")
  private let other = CloudID("other")

  @Test func withTwoCloudsTheSumStays() {
    for first in stride(from: 0, through: 255, by: 17) {
      for second in stride(from: 0, through: 255, by: 15) where first + second > 0 {
        for step in [-5, -1, 1, 5] {
          let weights = Weights([(aws, first), (azure, second)])
          let moved = StagedWeights.moving(aws, by: step, in: weights)
          #expect(moved.sum == weights.sum)
          #expect(moved.entries.allSatisfy { StagedWeights.range.contains($0.weight) })
        }
      }
    }
  }

  @Test func aStepIsCutShortWhereTheOtherEnds() {
    let moved = StagedWeights.moving(aws, by: 5, in: Weights([(aws, 97), (azure, 3)]))
    #expect(moved.ratio == "100/0")
    #expect(StagedWeights.moving(aws, by: 5, in: Weights([(aws, 253), (azure, 100)])).ratio == "255/98")
  }

  @Test func withOneOrThreeCloudsOnlyTheChosenMoves() {
    let three = Weights([(aws, 10), (azure, 20), (other, 30)])
    #expect(StagedWeights.moving(azure, by: 5, in: three).ratio == "10/25/30")
    #expect(StagedWeights.moving(aws, by: -5, in: Weights([(aws, 3)])).ratio == "0")
  }

  @Test func aSumOfZeroCanBeLeft() {
    #expect(StagedWeights.moving(aws, by: 5, in: Weights([(aws, 0), (azure, 0)])).ratio == "5/0")
  }
}
